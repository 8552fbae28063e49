"""Document frequencies of terms in a news stream: the packaged table and the script behind it."""
