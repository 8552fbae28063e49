"""What the tagger sees of an item."""

from enrich.senses import Senses
from enrich.tagging.features import SenseBlock, read


def test_values_of_senses_come_in_one_order() -> None:
    """They came in the order of a set, so that scores differed in their last bits run by run."""
    senses = Senses.load()
    title = "Agency used spyware and facial recognition to spy on reporters"
    reading = read(senses, title, f"{title}. Disease surveillance found the flu in wastewater.")
    columns = list(SenseBlock(senses).values(reading))
    assert len(columns) > 8
    assert columns == sorted(columns)
