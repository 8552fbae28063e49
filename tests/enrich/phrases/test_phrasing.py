"""How phrases are shown: as runs of words, with a sensible beginning and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.phrases.around import in_clause
from enrich.phrases.phrasing import whole
from enrich.phrases.quotations import QUOTE_REACH
from enrich.words import Words


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("The ministry made use of Predator spyware.", "Predator", "Predator spyware"),
        # A nearby word that denies or forbids it is part of it.
        ("The ministry denied any use of Predator spyware.", "Predator",
         "denied any use of Predator spyware"),
        ("The ministry denied that since last May it had used spyware", "used spyware",
         "used spyware"),
        ("It denied this, and used spyware", "used spyware", "used spyware"),
        ("They denied it. Agents used spyware", "used spyware", "used spyware"),
        ("The agency does not collect phone records", "collect phone records",
         "does not collect phone records"),
        ("The agency doesn\u2019t knowingly collect phone records", "collect phone records",
         "doesn\u2019t knowingly collect phone records"),
        # What somebody did not know is so all the same.
        ("Residents were not told that lorries read plates", "lorries read plates",
         "lorries read plates"),
        ("Nobody is aware of the phone tapping", "phone tapping", "phone tapping"),
        ("It was not known that lorries read plates", "lorries read plates",
         "lorries read plates"),
        # What somebody was not told to do, or nobody knows of, is not so.
        ("Clerks were not told to tap phones", "tap phones", "were not told to tap phones"),
        ("Vik has no known wire taps", "wire taps", "has no known wire taps"),
        ("The agency did not read their mail", "read their mail", "did not read their mail"),
        ("Police never tapped a phone", "tapped a phone", "never tapped a phone"),
        ("Secretly tapped phones", "tapped phones", "tapped phones"),
        ("The city drops its plan for face matching", "face matching",
         "drops its plan for face matching"),
        ("A court ends bulk retention, again", "bulk retention", "ends bulk retention"),
        ("It may not order operators to keep records", "operators to keep records",
         "may not order operators to keep records"),
        ("The practice had no valid warrant", "warrant", "had no valid warrant"),
        ("Agents read the chats without a warrant", "warrant", "without a warrant"),
        ("They cancelled a pilot that would have compared faces", "compared faces",
         "cancelled a pilot that would have compared faces"),
        ("The council dropped its ban on cameras", "cameras", "dropped its ban on cameras"),
        ("Judges struck down a law on call records", "call records",
         "struck down a law on call records"),
        ("Peers voted against the scanning of chats", "scanning of chats",
         "voted against the scanning of chats"),
        ("It did not say, but agents tapped phones", "agents tapped phones",
         "agents tapped phones"),
        ("Cities move to ban facial recognition", "facial recognition", "ban facial recognition"),
        ("She found a tracker under her car", "tracker under", "tracker under her car"),
        ("They packaged the trails and sold them to a firm", "packaged the trails and sold",
         "packaged the trails and sold them"),
        ("They had access to call records of all.", "access to call", "access to call records"),
        ("An app can track your movements at night.", "app can track your",
         "app can track your movements"),
        ("Pegasus, which Israel's NSO Group sells", "Israel's", "Israel's NSO Group"),
        ("It kept the users\u2019 movements for years", "kept the users",
         "kept the users\u2019 movements"),
        ("Agents tapped the editor's phone in May", "Agents tapped the",
         "Agents tapped the editor's phone"),
        ("They hacked the phones of three newspaper editors", "phones of three newspaper",
         "phones of three newspaper editors"),
        ("He kept files on exiled opposition figures", "files on exiled opposition",
         "files on exiled opposition figures"),
        ("A court hears the wiretapping scandal", "wiretapping", "wiretapping scandal"),
        ("Lens on a face-scanning tool", "face", "face-scanning tool"),
        ("A mass-surveillance system", "surveillance", "mass-surveillance system"),
        ("They had to break into an encrypted laptop", "break into an encrypted",
         "break into an encrypted laptop"),
        ("He spied on her. The court said so", "spied on", "spied on her"),
        ("Found in the phone of reporter Ana Prado in May", "phone of reporter",
         "phone of reporter Ana Prado"),
        ("An app that recorded where its 640 employees were at night",
         "app that recorded where its 640 employees",
         "app that recorded where its 640 employees were"),
        ("Sold to the office of Ana Prado in spring", "office of", "office of Ana Prado"),
        ("An \u201cillegal police station\u201d in the harbour", "illegal police",
         "illegal police station"),
        ("The 'Big Brother' label", "Big Brother' label", "'Big Brother' label"),
        ("A plan for \u2018police stations\u2019 abroad", "plan for \u2018police stations",
         "plan for \u2018police stations\u2019"),
        ("The phone was hacked while he slept", "phone was hacked", "phone was hacked"),
        ("Webcam monitoring violates the law", "Webcam monitoring", "Webcam monitoring"),
        ("All of the 'overseas police stations' across the sea", "overseas police stations",
         "overseas police stations"),
        ("Phones were tapped. Cameras followed", "tapped", "tapped"),
        ("They listened in on", "listened in on", "listened in on"),
        ("A firm that was hacking its own users", "hacking its", "hacking"),
        ("The camera records everyone", "camera", "camera"),
        ("A vendor plans to move", "vendor", "vendor"),
        ("The wiretap orders of May", "wiretap", "wiretap orders"),
        ("He was hacked</p><p>Police came", "was hacked", "was hacked"),
        ("The phones were hacked\nPolice came", "were hacked", "were hacked"),
        ("A 'Big Brother' app kept the users' movements", "kept the users",
         "kept the users' movements"),
        ("Old Town Spied On Is Angry", "Spied On", "Spied On"),
        # A country is not a pronoun.
        ("A plot to track US divers failed", "track US", "track US divers"),
        ("They track US Divers", "track US", "track US"),
        # Two things are named, not one.
        ("A pact between the US and the UK holds", "pact between the US",
         "pact between the US and the UK"),
        ("The line between Norland and Sund was tapped", "line between Norland",
         "line between Norland and Sund"),
        ("Letters and calls between Norland, Sund", "Letters and calls between Norland",
         "Letters and calls between Norland"),
        ("Calls between Norland, Sund and Vik", "Calls between Norland", "Calls between Norland"),
        # A phrase does not end before what it is of.
        ("Agents asked for records of 'loud' tenants", "records of", "records"),
        ("A firm they had never heard of, she said", "heard of", "had never heard of"),
        ("She built a tracker-free search engine", "tracker-free", "tracker-free search engine"),
        ("Norland Attorney General Ana Prado, a farmer, sued the firm in May", "Attorney General",
         "Norland Attorney General Ana Prado"),
        # Nor does it begin in the middle of a name.
        ("It helped the National Security Agency to listen", "Security Agency to listen",
         "National Security Agency to listen"),
        ("Data of the Council for Civil Liberties were read", "Civil Liberties were read",
         "Council for Civil Liberties were read"),
        ("The leaders of El Faro sue", "Faro sue", "El Faro sue"),
        ("The New Norland Police bought spyware", "Police bought spyware",
         "New Norland Police bought spyware"),
        ("Old Town Police Read Mail", "Police Read Mail", "Police Read Mail"),
        ("When Police read mail", "Police read mail", "Police read mail"),
        # Nor without saying that there is no evidence of it.
        ("The panel found no evidence that since May the service had tapped phones",
         "tapped phones", "no evidence that since May the service had tapped phones"),
        ("They did not find any trace of Pegasus there", "Pegasus",
         "did not find any trace of Pegasus"),
        ("Inquiry clears the head of the harbour service of hacking lawyers", "hacking lawyers",
         "clears the head of the harbour service of hacking lawyers"),
        ("There is no proof she lied, but agents tapped phones", "agents tapped phones",
         "agents tapped phones"),
        ("The door has no sign. That was when agents tapped phones", "agents tapped phones",
         "agents tapped phones"),
        ("A van with no sign on the door followed her", "followed her", "followed her"),
        ("There is evidence that agents tapped phones", "agents tapped phones",
         "agents tapped phones"),
        ("The «Post on Monday» read mail", "Monday» read mail", "«Post on Monday» read mail"),
        ("Norland's spy agency tapped ministers' phones", "spy agency tapped ministers' phones",
         "spy agency tapped ministers' phones"),
    ],
)  # fmt: skip
def test_a_phrase_is_extended_to_a_whole_one(text: str, found: str, shown: str) -> None:
    start = text.index(found)
    first, end = whole(Words(text), start, start + len(found))
    assert text[first:end] == shown


_PIECES = st.lists(
    st.sampled_from(
        ["the", "agency", "agency's", "users\u2019", "between", "and", "encrypted", "phone",
         "records", "-", "'", "\u201c", "\u201d", ".", " ", "\n", "track", "your", "Ana",
         "Prado", "on"]
    ),
    max_size=30,
)  # fmt: skip


@given(_PIECES, st.data())
def test_the_found_phrase_is_always_within_the_shown_one(
    pieces: list[str], data: st.DataObject
) -> None:
    text = " ".join(pieces).replace(" - ", "-")
    words = Words(text, english=data.draw(st.booleans()))
    if not len(words):
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start, end = words.starts[first], words.ends[last]
    shown = whole(words, start, end)
    assert 0 <= shown[0] <= start
    assert words.ends[first] <= shown[1] <= len(text)
    clause = in_clause(words, start, end)
    assert 0 <= clause[0] <= shown[0] < shown[1] <= clause[1] <= len(text)
    # Only small words at its end may be dropped.
    assert shown[1] >= end or words.forms[last] in ("the", "your", "and", "between")
    assert "\n" not in text[end : shown[1]]


def test_a_quotation_that_ends_too_far_away_is_left_open() -> None:
    text = f"The \u2018plan {'x' * QUOTE_REACH}\u2019"
    assert whole(Words(text), 4, 9) == (4, 9)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("El reconocimiento facial que identifica", "reconocimiento facial"),
        ("Gezichtsherkenning bij de poort", "Gezichtsherkenning"),
        ("Der Verfassungsschutz Klimaaktivisten", "Verfassungsschutz"),
    ],
)
def test_in_other_languages_no_word_is_added(text: str, found: str) -> None:
    start = text.index(found)
    first, end = whole(Words(text, english=False), start, start + len(found))
    assert text[first:end] == found


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("La CNIL interdit la reconnaissance faciale", "reconnaissance faciale",
         "interdit la reconnaissance faciale"),
        ("La cadena retiró las cámaras", "cámaras", "retiró las cámaras"),
        ("Le maire dit qu'aucun visage n'est lu", "visage", "qu'aucun visage"),
        ("El Gobierno niega haber ordenado las escuchas", "las escuchas",
         "niega haber ordenado las escuchas"),
        ("Chigi nega che i servizi abbiano sorvegliato giornalisti", "sorvegliato giornalisti",
         "nega che i servizi abbiano sorvegliato giornalisti"),
        ("Vik no usará el reconocimiento facial", "reconocimiento facial",
         "no usará el reconocimiento facial"),
        # in Portuguese "no" is "in the"
        ("Vik usa no metrô o reconhecimento facial", "reconhecimento facial",
         "reconhecimento facial"),
        ("Vik n'utilisera pas la reconnaissance faciale", "reconnaissance faciale",
         "n'utilisera pas la reconnaissance faciale"),
        ("Le CNI ne lit plus les données des passants", "données des passants",
         "ne lit plus les données des passants"),
        ("Ze lazen het zonder toestemming", "toestemming", "zonder toestemming"),
        ("Il a démenti jeudi devant les députés toute surveillance", "surveillance",
         "démenti jeudi devant les députés toute surveillance"),
        ("Il comitato non ha trovato prove che l'Aise abbia spiato", "spiato",
         "non ha trovato prove che l'Aise abbia spiato"),
        ("No hay pruebas de que Ana ordenara las escuchas", "ordenara las escuchas",
         "No hay pruebas de que Ana ordenara las escuchas"),
        ("Er sagt: „Niemand hat das Gespräch der Abgeordneten mitgehört“", "Abgeordneten mitgehört",
         "Niemand hat das Gespräch der Abgeordneten mitgehört"),
        ("Jura que nadie escuchó al presidente", "escuchó al presidente",
         "nadie escuchó al presidente"),
        ("Es gibt keine Belege dafür, dass Beamte mithörten", "mithörten",
         "keine Belege dafür, dass Beamte mithörten"),
        # In German and Dutch a comma may stand before what is denied,
        ("Der Händler bestreitet, einzelne Beschäftigte zu bewerten", "einzelne Beschäftigte",
         "bestreitet, einzelne Beschäftigte"),
        ("Das Gericht verbot der Polizei, Gesichter zu erfassen", "Gesichter zu erfassen",
         "verbot der Polizei, Gesichter zu erfassen"),
        ("De dienst ontkent, zegt hij, dat hij meeluisterde", "meeluisterde", "meeluisterde"),
        # but not where another clause follows.
        ("Er gilt als nicht vorbestraft, las Post und ging", "las Post", "las Post"),
        ("Il n'y a pas de preuve, mais des agents ont écouté", "écouté", "écouté"),
        ("Das Amt liest ohne Beschluss mit. Kameras filmen", "Kameras", "Kameras"),
    ],
)  # fmt: skip
def test_a_denying_word_is_part_of_the_phrase_in_other_languages(
    text: str, found: str, expected: str
) -> None:
    start = text.index(found)
    first, end = whole(Words(text, english=False), start, start + len(found))
    assert text[first:end] == expected


def test_a_long_chain_of_hyphens_is_not_one_phrase() -> None:
    words = Words("spyware-" * 50_000)
    start, end = whole(words, words.starts[20_000], words.ends[20_000])
    assert end - start < 200
