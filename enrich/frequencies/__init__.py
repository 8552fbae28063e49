"""How many articles of a news stream use a term: the packaged table and the script behind it."""
