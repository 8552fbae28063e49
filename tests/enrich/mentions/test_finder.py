"""Mentions of an article: names in their contexts, short forms, acronyms, offsets."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import as_shipped
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import MentionKind
from enrich.mentions.finder import MAX_MENTIONS, MentionFinder

Find = Callable[..., list[tuple[str, str, str]]]

NSA = "National Security Agency"
SPYWARE = "The phones of two reporters were infected with spyware. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The NSA's files, and N.S.A. men.", [("agency", "NSA", NSA), ("agency", "N.S.A.", NSA)]),
        ("He works for the nsa.", []),
        ("Read it on nsa.gov or NSA.gov.", []),
        ("Source: https://a.example/2031/data-retention-by-spyware", []),
        ("The FBI uses drones.", [("agency", "FBI", "Federal Bureau of Investigation"),
                                  ("technology", "drones", "drone")]),
        ("ICE agents raided a home near the border.",
         [("agency", "ICE", "Immigration and Customs Enforcement")]),
        ("ICE trains ran late all week.", []),
        ("ICE gets Medicaid lists. Spain's National Court heard of it.",
         [("agency", "ICE", "Immigration and Customs Enforcement"), ("place", "Spain", "Spain"),
          ("court", "National Court", "Audiencia Nacional")]),
        ("Irish police to Irish men: the Justice Department asked Ireland, and the DoJ sued.",
         [("agency", "Justice Department", "Department of Justice"),
          ("place", "Ireland", "Ireland"), ("agency", "DoJ", "Department of Justice")]),
        ("Police and justice services met.", []),
        ("Die Gesichtserkennungssoftware am Bahnhof.",
         [("technology", "Gesichtserkennungssoftware", "face recognition")]),
        ("Spähsoftware im Haus. NSO schwieg.",
         [("technology", "Spähsoftware", "spyware"), ("vendor", "NSO", "NSO Group")]),
        ("Le Conseil d\u2019État a rejeté",
         [("court", "Conseil d\u2019État", "Conseil d'État")]),
        ("The GDPR and the Investigatory Powers Act 2016.",
         [("law", "GDPR", "General Data Protection Regulation"),
          ("law", "Investigatory Powers Act 2016", "Investigatory Powers Act")]),
        ("Two IMSI-catchers and a stingray.", [("technology", "IMSI-catchers", "IMSI catcher"),
                                               ("technology", "stingray", "IMSI catcher")]),
    ],
)  # fmt: skip
def test_listed_names_are_found_in_context(
    find: Find, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert find(text) == expected


@pytest.mark.parametrize("name", ["Predator", "Circles", "Reign", "Candiru", "Pegasus", "Graphite"])
def test_a_generic_name_needs_its_context(find: Find, name: str) -> None:
    assert [found for _, found, _ in find(f"{SPYWARE}It was {name}, experts found.")][-1] == name
    assert find(f"{name} ran third at the races and was cheered.") == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("He told of an attempt to bug his handset with Predator.", "Predator"),
        ("A wiretapping scandal: Predator had been sent to his mobile.", "Predator"),
        ("The intelligence chief of Athens had Predator.", "Predator"),
        ("They were targeted with Paragon's tool.", "Paragon Solutions"),
        ("El gobierno negó haber usado Pegasus contra periodistas.", "Pegasus"),
        ("They found Pegasus on the phones of two reporters.", "Pegasus"),
        ("Norland used Pegasus against a senator.", "Pegasus"),
        ("A Pegasus flight landed, and a passenger's phone burned. Journalists filmed it.", None),
        ("The inflatable Pegasus by an Israeli artist hangs where phones are shown.", None),
        ("Predator priest's phone led police to victims.", None),
        ("Paragon of virtue: the group that rings phones. It was hacked.", None),
    ],
)
def test_spyware_is_distinguished_from_its_namesakes(
    find: Find, text: str, named: str | None
) -> None:
    found = [name for kind, _, name in find(text) if kind in ("programme", "vendor")]
    assert found == ([named] if named else [])


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("The National Cyber Security Centre in London warned.", "GB"),
        ("Lithuania's National Cyber Security Centre warned Britain and British firms.", "LT"),
        ("Irish hospitals closed; the Irish NCSC rang London.", "IE"),
        ("In Dublin the NCSC sat. Ireland wept, and so did the UK.", "IE"),
        ("The Swiss National Cyber Security Centre warned Germany.", "CH"),
        ("Egypt's National Security Agency asked.", "EG"),
        ("Il ministero dell'Interno austriaco tace.", "AT"),
        ("Il ministero dell'Interno tace.", "IT"),
        ("Le Conseil constitutionnel sénégalais se tait.", "SN"),
        ("El Tribunal Supremo de Venezuela calla.", "VE"),
        ("La Policía Nacional ecuatoriana calla.", "EC"),
        ("O Ministério Público moçambicano cala.", "MZ"),
        ("Der Verfassungsgerichtshof Rumäniens schwieg.", "RO"),
        ("Das Innenministerium der Ukraine schwieg.", "UA"),
        ("Das Bundesamt für Verfassungsschutz russische Spione jagen sah", "DE"),
        ("Egypt spoke of the NSA.", "US"),
        ("The Constitutional Court in Karlsruhe ruled.", "DE"),
        ("Germany's constitutional court ruled.", "DE"),
        ("Austrian and German papers: the Austrian Constitutional Court ruled.", "AT"),
        ("The Polish Supreme Court ruled.", "PL"),
        ("Moldova's Constitutional Court ruled on Germany.", "MD"),
        ("Germans left Moldova. In Moldova the Constitutional Court ruled.", None),
        ("The Constitutional Court ruled.", None),
        ("O Tribunal Constitucional de Lisboa", "PT"),
        ("Kenya's High Court told Britain.", "KE"),
        ("Judges of the High Court in London", "GB"),
        ("The High Court ruled.", None),
        ("The Supreme Court ruled.", None),
        ("Americans sued, and the Supreme Court ruled.", "US"),
        ("Americans in Victoria: Victoria's Supreme Court ruled.", None),
        ("Americans in Chicago: Chicago's Supreme Court ruled.", None),
        ("Americans left. The State Supreme Court ruled.", None),
        ("The district court ruled.", None),
        ("American judges of the district court", "US"),
        ("Germany's constitutional court, unlike the Austrian one, in Austria, ruled.", "DE"),
        ("Bern: das Federal Administrative Court, Swiss judges", "CH"),
        ("The Dutch data protection authority fined them.", "NL"),
        ("Italy's data protection authority, in a letter to France, fined them.", "IT"),
        # A person says nothing of a country: "Frances" is also Portuguese for French.
        ("Frances Haugen wrote to the data protection authority.", None),
        ("Canada: the provincial privacy commissioner learned of it.", None),
        ("Greeks sued. The Supreme Court in Athens ruled.", None),
        ("Germany's federal data protection commissioner wept.", "DE"),
        ("Canadians sued, and the Federal Court ruled.", "CA"),
        ("Poles sued, and the Constitutional Tribunal ruled.", "PL"),
        ("Harare, Zimbabwe: the CIO listened.", "ZW"),
        ("Denmark's Defence Intelligence Service listened.", "DK"),
        ("Nigerians sued the State Security Service.", "NG"),
        ("Brussels, Belgium: the State Security Service listened.", "BE"),
        ("The Federal High Court in Abuja ruled.", "NG"),
        ("No Brasil, a PF investigou.", "BR"),
        ("The Dutch data protection watchdog asked.", "NL"),
        ("Norway's data protection agency asked.", "NO"),
        ("The EU's data protection watchdog asked.", "EU"),
        ("Denmark's data protection agency asked.", "DK"),
        ("Kenya's court of appeal ruled.", "KE"),
        ("London waits: the court of appeal ruled.", "GB"),
        ("Brazil's Federal Police asked.", "BR"),
        ("Die kantonale Datenschutzbeauftragte in Zürich fragte.", None),
        ("Die Datenschutzbeauftragte in Berlin fragte.", "DE"),
        ("Mexico's CNI asked.", "MX"),
        ("El CNI calla.", "ES"),
        ("Nigerians sued, and the Supreme Court ruled.", "NG"),
        ("Londoners sued. The Supreme Court in Kathmandu ruled.", "NP"),
        ("La Policía Nacional calla en Bogotá.", "CO"),
        ("La Policía Nacional calla en Madrid.", "ES"),
        ("La Policía Nacional Civil calla en San Salvador.", "SV"),
        # That two countries have one does not make it an article about Germany.
        ("In Österreich prüft das ein Senat des Bundesverwaltungsgerichts.", "AT"),
        ("Ein Senat des Bundesverwaltungsgerichts rügt die EU.", "DE"),
        ("El Ministerio del Interior de Chile calla.", "CL"),
        ("Alger : le ministère de l'Intérieur se tait.", "DZ"),
        ("Das Innenministerium in Wien schwieg.", "AT"),
        ("Das Innenministerium in Warschau schwieg.", None),
        ("Das Innenministerium bat den Bundestag um Geduld.", "DE"),
        ("Die Bundesanwaltschaft schwieg.", "DE"),
        ("Melbourne, Australia: the Victorian Information Commissioner asked.", None),
        ("Dublin, Ireland: the Department of Justice would not say.", "IE"),
        ("Manila, Philippines: the DOJ would not say.", "PH"),
        ("The Department of Justice would not say.", "US"),
        ("They sued in the U.S. District Court for the District of Utah.", "US"),
        # A country within a longer name is not the owner.
        ("South Sudan's National Security Service listened.", "SS"),
        ("New Mexico's Supreme Court ruled.", None),
        ("Papua New Guinea's Supreme Court ruled.", "PG"),
        # A body is where the region is that it is named after, unless that may be another one.
        ("The British Columbia Supreme Court ruled.", "CA"),
        ("The Telangana High Court ruled.", "IN"),
        ("The Surrey Police asked.", None),
        # By itself, the name of a place says only which is the largest of that name.
        ("The Athens Police Department asked.", None),
        ("The Athens Police Department asked. Greeks waited.", "GR"),
        ("Manchester Police Department asked. Americans waited.", "US"),
        ("Athens waits: the National Intelligence Service denied it.", "GR"),
        ("Seoul waits: the National Intelligence Service denied it.", "KR"),
    ],
)
def test_bodies_with_the_same_name_are_distinguished_by_country(
    finder: MentionFinder, text: str, country: str | None
) -> None:
    (body,) = [one for one in finder.find("", text) if one.kind in ("agency", "court")]
    assert body.country == country
    if country in ("CH", "EG", "MD", "KE") and "Federal" not in text:
        assert body.uri is None or body.uri.startswith("tag:")


@pytest.mark.parametrize(
    ("text", "country", "link"),
    [
        ("London police cite the Freedom of Information Act.", "GB", "Act_2000"),
        ("FBI papers released under the Freedom of Information Act", "US", "(United_States)"),
        ("Police in Canberra broke the Privacy Act.", "AU", "Privacy_Act_1988"),
        ("It broke Kenya's Data Protection Act, London says.", "KE", ""),
        ("It broke Ghana's Data Protection Act.", "GH", ""),
        ("It broke the Privacy Act.", None, ""),
        ("It broke the Telecommunications Act.", None, ""),
        ("Indians sued under the Telecommunications Act.", "IN", ""),
        # The European Union's hold in its members, and treaties anywhere.
        ("It broke Ireland's GDPR rules.", "EU", "Q1172506"),
        ("Norway's Digital Services Act fine", "EU", "Digital_Services_Act"),
        ("It broke Kenya's AI Act.", "KE", ""),
        ("Ghana's Budapest Convention vote", None, "Convention"),
        ("It broke Ghana's Privacy Act.", "GH", ""),
        ("The EU-U.S. Data Privacy Framework fell.", "EU", "Framework"),
    ],
)
def test_laws_with_the_same_name_are_distinguished_by_country(
    finder: MentionFinder, text: str, country: str | None, link: str
) -> None:
    (law,) = [one for one in finder.find("", text) if one.kind == "law"]
    assert law.country == country
    linked = law.uri is not None and not law.uri.startswith("tag:")
    assert linked == bool(link)
    assert link in (law.uri or "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The California Department of Justice asked.", "California Department of Justice"),
        ("California's lawyers asked the Department of Justice.", "Department of Justice"),
    ],
)
def test_an_american_states_department_is_not_the_countrys(
    finder: MentionFinder, text: str, name: str
) -> None:
    (body,) = [one for one in finder.find("", text) if one.kind == "agency"]
    assert (body.name, body.country, body.uri is None) == (name, "US", name.startswith("Cal"))
    assert not [
        one
        for one in finder.find("", "The New York State Department of Health asked.")
        if one.kind == "agency"
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Der sächsische Verfassungsschutz schwieg.", "sächsische Verfassungsschutz"),
        ("Das Berliner Innenministerium schwieg.", "Berliner Innenministerium"),
        ("Das Landesamt für Verfassungsschutz Sachsen schwieg.",
         "Landesamt für Verfassungsschutz Sachsen"),
        ("Der Verfassungsschutz schwieg.", "Bundesamt für Verfassungsschutz"),
        ("Verfassungsschutz Sachsen schwieg.", "Verfassungsschutz Sachsen"),
        ("Der Bayerische Verfassungsgerichtshof schwieg.", "Bayerische Verfassungsgerichtshof"),
        ("Verfassungsgerichtshof Sachsen schwieg.", "Verfassungsgerichtshof Sachsen"),
        ("Das Bundesamt für Verfassungsschutz schwieg.", "Bundesamt für Verfassungsschutz"),
    ],
)  # fmt: skip
def test_a_german_states_body_is_not_the_countrys(
    finder: MentionFinder, text: str, name: str
) -> None:
    (body,) = finder.find("", text)
    assert (body.name, body.country) == (name, "DE")
    assert (body.uri is None) == (not name.startswith("Bund"))


@pytest.mark.parametrize(
    ("body", "country"),
    [
        ("Verfassungsgericht Brandenburg", "DE"),
        ("Staatsanwaltschaft Wien", "AT"),
        ("parquet de Versailles", "FR"),
        ("Corte de Apelaciones de Santiago", "CL"),
        ("Tribunal da Comarca de Luanda", "AO"),
        ("tribunal correctionnel de Bruxelles", "BE"),
        ("Tar del Lazio", "IT"),
        ("Sozialgericht Düsseldorf", "DE"),
        ("District Court of The Hague", "NL"),
        ("Regional Court of Munich", "DE"),
        ("Oberlandesgericht Wien", "AT"),
        ("cour d'appel de Bruxelles", "BE"),
        ("rechtbank Antwerpen", "BE"),
        ("Policía Local de Córdoba", "ES"),
        ("Juzgado de Instrucción número 21 de Barcelona", "ES"),
        ("Juzgado de lo Social núm. 3 de Vigo", "ES"),
        ("Audiencia de Sevilla", "ES"),
    ],
)
def test_a_court_that_needs_a_place_is_where_that_is(
    finder: MentionFinder, body: str, country: str
) -> None:
    (found,) = finder.find("", f"Hier sagte {body} nichts.")
    assert (found.name, found.country) == (body, country)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meta appeals to the Higher Regional Court in Dresden.",
         [("Higher Regional Court", "DE"), ("Dresden", "DE")]),
        ("The High Court in Nairobi heard it.", [("High Court", "KE"), ("Nairobi", "KE")]),
        ("Das Landgericht in Leipzig tagt.", [("Landgericht", "DE"), ("Leipzig", "DE")]),
        ("Die Polizei in Leipzig kam.", [("Leipzig", "DE")]),
    ],
)  # fmt: skip
def test_a_court_in_a_place_is_of_its_country_and_the_place_a_mention_too(
    finder: MentionFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(one.name, one.country) for one in finder.find("", text)] == expected


def test_in_a_german_state_its_own_body_is_meant(find: Find) -> None:
    assert ("agency", "Verfassungsschutz", "Verfassungsschutz") in {
        (kind, said, name) for kind, said, name in find("Der Verfassungsschutz in Sachsen schwieg.")
    }
    assert {name for kind, _, name in find("Der BND in Bayern schwieg.") if kind == "agency"} == {
        "Bundesnachrichtendienst"
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Utah Supreme Court sat. In Utah the Supreme Court is old.",
         {"Utah Supreme Court"}),
        ("The Supreme Court of Utah sat. In Utah the Supreme Court is old.",
         {"Supreme Court of Utah"}),
        ("The U.S. Supreme Court and the Utah Supreme Court sat. In Utah the Supreme Court is old.",
         {"Supreme Court of the United States", "Utah Supreme Court"}),
        ("In Utah the Supreme Court is old.", {"Supreme Court of the United States"}),
    ],
)  # fmt: skip
def test_a_states_supreme_court_is_meant_where_it_is_named(
    find: Find, text: str, names: set[str]
) -> None:
    assert {name for kind, _, name in find(text) if kind == "court"} == names


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Egypt's National Security Agency (NSA) held him. The NSA and the National Security Agency"
         " were silent.", ["EG"] * 4),
        ("The National Security Agency held him in Cairo. Egypt's National Security Agency spoke.",
         ["EG", "EG"]),
        ("Egypt's National Security Agency is not the National Security Agency of the United"
         " States. The National Security Agency spoke.", ["EG", "US", "US"]),
        ("Americans asked whether the National Security Agency heard Americans. Egypt's National"
         " Security Agency spoke.", ["US", "EG"]),
        ("The National Security Agency worked with Egypt's National Security Agency and Jordan's"
         " National Security Agency.", ["US", "EG", "JO"]),
    ],
)  # fmt: skip
def test_a_name_by_itself_is_the_body_that_another_country_has(
    finder: MentionFinder, text: str, countries: list[str]
) -> None:
    agencies = [one for one in finder.find("", text) if one.kind is MentionKind.AGENCY]
    assert [one.country for one in agencies] == countries
    assert {one.uri is None for one in agencies if one.country != "US"} == {True}


def test_a_states_body_leaves_the_name_to_that_of_its_own_country(find: Find) -> None:
    found = find("Der Verfassungsschutz in Sachsen schwieg. Der Verfassungsschutz warnte Berlin.")
    assert [name for kind, _, name in found if kind == "agency"] == [
        "Verfassungsschutz",
        "Bundesamt für Verfassungsschutz",
    ]


def test_a_generic_name_takes_the_proper_name_beside_it(find: Find) -> None:
    found = find("The data protection authority, the Garante, fined a firm in Italy.")
    assert {name for kind, _, name in found if kind == "court"} == {
        "Garante per la protezione dei dati personali"
    }


@pytest.mark.parametrize(
    ("text", "is_listed"),
    [
        ("BSI asks. The British Standards Institute (BSI) asks.", False),
        (
            "Das Bundesamt für Sicherheit in der Informationstechnik (BSI) fragt. Das BSI fragt.",
            True,
        ),
        ("In Delhi the Central Bureau of Investigations (CBI) asks. The CBI asks.", True),
        ("Serbia's Security Information Agency (BIA) asks. BIA asks.", True),
        ("Spies: the National Sheriffs' Association (NSA) asks. NSA asks.", False),
        ("Britain's National Cyber Security Center (NCSC) asks.", True),
        ("The BSI (British Standards Institute) asks. The BSI asks.", False),
        ("The BSI (the German cyber agency) asks. The BSI asks.", True),
        ("DARPA (Defense Advanced Research Projects Agency) asks.", True),
    ],
)
def test_an_acronym_is_that_of_the_name_before_it(
    finder: MentionFinder, text: str, is_listed: bool
) -> None:
    assert any(one.kind == "agency" and one.uri for one in finder.find("", text)) == is_listed


def test_a_namesake_in_another_country_has_no_link(finder: MentionFinder) -> None:
    (spaniard, _, surname) = finder.find("", "Pedro Sánchez lo negó en Madrid. Calla Sánchez.")
    (colombian, *_) = finder.find("", "Pedro Sánchez lo negó en Bogotá.")
    assert spaniard.uri == "https://en.wikipedia.org/wiki/Pedro_Sánchez"
    assert (surname.uri, surname.country) == (spaniard.uri, "ES")
    assert (colombian.name, colombian.uri) == ("Pedro Sánchez", None)


def test_two_names_of_an_agency_are_the_same_agency(find: Find) -> None:
    found = find(
        "The Federal Intelligence Service, known as the BND. Der Auslandsgeheimdienst BND."
    )
    assert {name for _, _, name in found} == {"Bundesnachrichtendienst"}
    assert len(found) == 3


def test_what_two_lists_have_is_one_agency(finder: MentionFinder) -> None:
    """The second list has it by another name, with a link spelt differently."""
    found = finder.find("", "Police asked MI6, or the Secret Intelligence Service, in London.")
    agencies = {(one.name, one.uri) for one in found if one.kind == "agency"}
    assert agencies == {("MI6", "https://en.wikipedia.org/wiki/MI6")}


def test_a_country_in_brackets_after_a_name_is_not_its_acronym(find: Find) -> None:
    found = find("The National Intelligence Service (Kenya) sat. Kenya wept.")
    assert [name for kind, _, name in found if kind == "place"] == ["Kenya", "Kenya"]


def test_licence_plate_readers_are_found(find: Find) -> None:
    assert find("It bought readers of licence plates from Ubicquia.") == [
        ("technology", "readers of licence plates", "licence plate reader"),
        ("vendor", "Ubicquia", "Ubicquia"),
    ]


def test_an_unambiguous_listed_name_serves_as_context(find: Find) -> None:
    found = find("Paragon Solutions sells a tool that it calls Graphite.")
    assert [name for _, _, name in found] == ["Paragon Solutions", "Graphite"]


def test_part_of_another_name_is_not_a_mention(find: Find) -> None:
    assert find(f"{SPYWARE}He plays Elden Ring and reads the Washington Post.") == [
        ("technology", "spyware", "spyware")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The lake of fishers is Lago di Garda, said a diver at Lake Garda.",
        "A player in Stasis met a stingray that ate a Corvette Stingray.",
        "The New Mexico Civil Guard marched, and AVG Secure is a Dutch way out.",
        "The Knight First Amendment Institute in London wrote to the Met Office.",
        "DOGE fell below ten cents. Samsara is a wheel. A DSA of the bank was late.",
    ],
)
def test_namesakes_of_agencies_and_technology_are_not_mentions(find: Find, text: str) -> None:
    assert [one for one in find(text) if one[0] != "place"] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The investigatory powers tribunal sat.", "Investigatory Powers Tribunal"),
        ("The investigatory powers bill is late.", "Investigatory Powers Act"),
        ("The Investigatory Powers Act of 2016 is late.", "Investigatory Powers Act"),
        ("A 5th Circuit Court of Appeals panel met.",
         "U.S. Court of Appeals for the Fifth Circuit"),
        ("The 6th U.S. Circuit Court of Appeals met.",
         "U.S. Court of Appeals for the Sixth Circuit"),
        ("A judge of the Tenth Circuit left.", "U.S. Court of Appeals for the Tenth Circuit"),
        ("Das Landesamt für Datenschutzaufsicht tagt.",
         "Bayerisches Landesamt für Datenschutzaufsicht"),
        ("El Tribunal Supremo calla. El Supremo no.", "Tribunal Supremo"),
        ("The U.N. refugee agency (UNHCR) met; UNHCR left.", "UNHCR"),
        ("The Defence Export Control Agency left.", "Defense Export Controls Agency"),
        ("The Avon and Somerset Police left.", "Avon and Somerset Police"),
        ("South Wales police left.", "South Wales Police"),
        ("Hertfordshire police left.", "Hertfordshire Constabulary"),
        ("Essex police, a constabulary, left.", "Essex Police"),
        ("The High Court of England and Wales sat.", "High Court"),
        ("London's Court of Appeal sat.", "Court of Appeal of England and Wales"),
        ("They sued in the Northern District Court of Utah.", "Northern District Court of Utah"),
        ("De TIB zwijgt, zegt de Nederlandse toezichthouder.",
         "Toetsingscommissie Inzet Bevoegdheden"),
        ("He told the House Homeland Security Committee.", "House Homeland Security Committee"),
        ("An EU court of justice judge left.", "Court of Justice of the European Union"),
        ("TikTok denies that it could track individuals.", "TikTok"),
        ("The Duma met the State Duma.", "State Duma"),
        ("Die Akten des Bundesnachrichtendienstes fehlen.", "Bundesnachrichtendienst"),
        ("Il ricorso della Cia: spionaggio.", "Central Intelligence Agency"),
        ("L'Agenzia informazioni e sicurezza esterna tace.",
         "Agenzia Informazioni e Sicurezza Esterna"),
        ("Das Kammergericht tagt.", "Kammergericht"),
        ("La Corte costituzionale tace.", "Corte costituzionale"),
        ("The Mount Prospect Police Department left.", "Mount Prospect Police Department"),
        ("Brisbane Magistrates Court sat.", "Brisbane Magistrates Court"),
        # Two lists have it, without a spelling in common.
        ("Belgians fear the Belgian General Information and Security Service.", "ADIV"),
        ("The Georgia Bureau of Investigation left.", "Georgia Bureau of Investigation"),
        ("The Federal Department of Justice and Police left.",
         "Eidgenössisches Justiz- und Polizeidepartement"),
        ("Spanish judges: the High Court sat.", "Audiencia Nacional"),
        ("Le Tribunal administratif fédéral siège.", "Bundesverwaltungsgericht der Schweiz"),
        ("Le Service de renseignement de la Confédération (SRC) et le SRC",
         "Nachrichtendienst des Bundes"),
        ("A Procuradoria-Geral da República (PGR) nega; a PGR cala.",
         "Procuradoria-Geral da República"),
        ("La DGED se tait.", "DGED"),
        ("The DSA obliges MEPs.", "Digital Services Act"),
        ("La DGFiP se tait.", "Direction générale des Finances publiques"),
        ("The KGB of Belarus jailed them, and the KGB listened.", "KGB of Belarus"),
        ("DOGE sends federal workers home.", "Department of Government Efficiency"),
        ("Samsara films every truck.", "Samsara"),
    ],
)  # fmt: skip
def test_bodies_and_laws_are_found_as_papers_write_them(find: Find, text: str, name: str) -> None:
    assert {one[2] for one in find(text)} == {name}


def test_a_town_with_the_name_of_a_british_county_has_a_police_of_its_own(find: Find) -> None:
    found = find("Cheshire police left Connecticut.")
    assert "Cheshire Constabulary" not in {name for _, _, name in found}
    found = find("Cheshire police, a constabulary, left.")
    assert "Cheshire Constabulary" in {name for _, _, name in found}


def test_a_product_after_a_headlines_verb_is_found(find: Find) -> None:
    found = find("Reporter Sues Predator Spyware Maker")
    assert [name for _, _, name in found] == ["Predator", "spyware"]


def test_the_longest_name_wins(find: Find) -> None:
    (found,) = find("The FISA Court of Review ruled.")
    assert found[1] == "FISA Court of Review"


def test_a_hostile_page_has_the_first_mentions_only(find: Find) -> None:
    assert len(find("NSA " * (MAX_MENTIONS + 1))) == MAX_MENTIONS


def test_an_acronym_defined_in_the_article_is_found(find: Find) -> None:
    text = "The Undercover Policing Inquiry (UPI) sat. The UPI heard two officers."
    assert [said for kind, said, name in find(text) if kind == "court"] == [
        "Undercover Policing Inquiry",
        "UPI",
        "UPI",
    ]
    assert find("The UPI heard two officers.") == []
    text = "Em Portugal o Tribunal Constitucional (TC) reuniu. O TC decidiu."
    assert {name for kind, _, name in find(text) if kind == "court"} == {
        "Tribunal Constitucional de Portugal"
    }


def test_an_acronym_stands_for_the_longest_name_before_it(find: Find) -> None:
    text = "Warrants under the Regulation of Investigatory Powers Act (Ripa) are old. Ripa stays."
    assert {name for _, said, name in find(text) if said == "Ripa"} == {
        "Regulation of Investigatory Powers Act"
    }


def test_a_surname_refers_to_the_person_named_in_full(find: Find) -> None:
    found = find("Wyden wants answers, and Mr. Ames too.", title="Senator Ron Wyden and Carla Ames")
    assert [(said, name) for _, said, name in found] == [
        ("Ron Wyden", "Ron Wyden"),
        ("Carla Ames", "Carla Ames"),
        ("Wyden", "Ron Wyden"),
        ("Ames", "Carla Ames"),
    ]


def test_a_shared_surname_refers_to_the_person_named_last(find: Find) -> None:
    text = "Police followed Carla Ames. Ames wept for Peter Ames, her son. Ames died there."
    found = find(text, title="Ames was followed")
    assert [name for _, said, name in found if said == "Ames"] == [
        "Carla Ames",
        "Carla Ames",
        "Peter Ames",
    ]


def test_bodies_named_after_their_place_are_found(find: Find) -> None:
    text = (
        "The Oakland Police Department and a Fulton County Superior Court judge disagree. "
        "Das Landgericht Berlin entschied. California's Supreme Court did not. Oakland police left."
    )
    assert [(kind, said) for kind, said, _ in find(text)] == [
        ("agency", "Oakland Police Department"),
        ("court", "Fulton County Superior Court"),
        ("court", "Landgericht Berlin"),
        ("place", "California"),
        ("court", "Supreme Court"),
        ("place", "Oakland"),
    ]


def test_a_body_is_only_its_name(find: Find) -> None:
    text = "An Ex-Leeds Police man. The 'Quaxley' High Court case. Zorbin Police Stations."
    assert [said for kind, said, _ in find(text) if kind != "place"] == [
        "Leeds Police",
        "High Court",
    ]


def test_laws_and_operations_are_found_by_their_form(find: Find) -> None:
    text = "Under the Border Search Act, Operation Night Heron went on. It was a class act."
    assert [(kind, said) for kind, said, _ in find(f"{text} Operation Heron Leads to Arrests")] == [
        ("law", "Border Search Act"),
        ("programme", "Operation Night Heron"),
        ("programme", "Operation Heron"),
    ]


def test_offsets_refer_to_the_original_text(finder: MentionFinder) -> None:
    # A soft hyphen, a combining accent and a zero-width space shift everything after them.
    text = (
        "Sur\u00adveillance: Ge\u0301rald Darmanin at the N\u200bSA, said G\u00adCHQ in İstanbul."
    )
    found = {one.name: text[one.start : one.end] for one in finder.find("", text)}
    assert found["Gérald Darmanin"] == "Ge\u0301rald Darmanin"
    assert found[NSA] == "N\u200bSA"
    assert found["Government Communications Headquarters"] == "G\u00adCHQ"


def test_no_name_spans_title_and_text(find: Find) -> None:
    assert find("Security Agency files", title="Our National") == []


def test_mentions_have_links_countries_and_coordinates(finder: MentionFinder) -> None:
    nsa, london, clapper = finder.find("", "The NSA has a man in London, said Bert Clapperton.")
    assert nsa.uri == "http://www.wikidata.org/entity/Q121194"
    assert nsa.country == "US"
    assert nsa.latitude is None
    assert london.uri == "https://www.geonames.org/2643743"
    assert (london.country, round(london.latitude or 0), round(london.longitude or 9)) == (
        "GB",
        52,
        0,
    )
    assert (clapper.kind, clapper.uri) == (MentionKind.PERSON, None)


def test_a_newsroom_can_add_its_own_names(tmp_path: Path) -> None:
    own = tmp_path / "names.toml"
    also = '["LNTN", "l\u2019Aigle"]'
    own.write_text(f'names = [{{ name = "Lantern", kind = "programme", also = {also} }}]')
    text = "LNTN, or Lantern, l'Aigle, l\u2019Aigle, and the NSA."
    found = MentionFinder.load(own).find("", text)
    assert [one.name for one in found] == [*["Lantern"] * 4, NSA]
    assert found[0].uri == "tag:wirewatch.example,2026:programme/lantern"


def test_all_mentions_of_a_sample_story_are_found(find: Find) -> None:
    text = (
        "The U.S. director of national intelligence denies that the National Security Agency "
        "took 70 million calls in France. James Clapper's office wrote that a paper was wrong. "
        "Laurent Fabius met John Kerry in London; Fabius told Kerry to stop. Barack Obama called "
        "Francois Hollande. Edward Snowden had leaked PRISM; Snowden is in Russia. Mexico's "
        "Felipe Calderon was read too."
    )
    assert {name for _, _, name in find(text)} == {
        *("United States", NSA, "France", "James Clapper", "Laurent Fabius", "John Kerry"),
        *("London", "Barack Obama", "François Hollande", "Edward Snowden", "PRISM", "Russia"),
        *("Mexico", "Felipe Calderón"),
    }


PIECES = (
    *("NSA", "in Paris", "Ron Wyden", "İ", "\u0301", "\u00ad", " (GCSB)", "spyware", "\n"),
    *("\u2019s", "$", ".", "Landgericht ", "Berlin", "Act", "Operation Night", "Polizei", " al-"),
)


@settings(max_examples=200)
@given(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_spans_in_any_text_are_in_order_and_do_not_overlap(title: str, text: str) -> None:
    for field, source in (("title", title), ("text", text)):
        last = 0
        for one in FINDER.find(title, text):
            if one.field == field:
                assert last <= one.start < one.end <= len(source)
                last = one.end


FINDER = as_shipped.finder()


def test_the_starter_file_is_a_valid_list_once_uncommented() -> None:
    starter = Path(__file__).parents[3] / "wirewatch" / "starter" / "names.toml"
    lines = [line.removeprefix("# ") for line in starter.read_text().splitlines()]
    begin = lines.index("names = [")
    assert len(tomllib.loads("\n".join(lines[begin:]))["names"]) == 2
