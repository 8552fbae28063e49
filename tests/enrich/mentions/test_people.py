"""People not on any list are found by given names, roles and neighbouring words."""

from __future__ import annotations

import pytest

from enrich.mentions.finder import MentionFinder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The researcher Anna Berg found it.", ["Anna Berg"]),
        ("It was J. Martin Oakes who wrote it.", ["Martin Oakes"]),
        ("Lawyer Okelo Tchatrie wept.", ["Okelo Tchatrie"]),
        ("Zorbin Quaxley, who wept, left.", ["Zorbin Quaxley"]),
        ("Zorbin Quaxley grew by a tenth.", []),
        ("Zorbin Quaxley, its director, wept.", ["Zorbin Quaxley"]),
        ("Maj. Gen. Zorbin Quaxley wept.", ["Zorbin Quaxley"]),
        ("So urteilt der Richter. Das Quaxleysekretariat schweigt.", []),
        ("Its director, Zorbin Quaxley, wept.", ["Zorbin Quaxley"]),
        ("Zorbin Quaxley, a contractor, grew.", []),
        ("Zorbin Quaxley, director Anna Berg said", ["Anna Berg"]),
        ("In Quaxla Zorbin, the mayor wept. À Quaxley-Zorbin, le maire pleura.", []),
        ("Its chief, Vladimir Quaxley, wept.", ["Vladimir Quaxley"]),
        ("In Moscow, Vladimir Quaxley, a town, wept.", []),
        ("Judges Zorbin Quaxley and Anna Berg wept.", ["Zorbin Quaxley", "Anna Berg"]),
        ("Deren Geschäftsführerin Anna Berg sagte es.", ["Anna Berg"]),
        ("Senator Anna Oakes Quaxley said so.", ["Anna Oakes Quaxley"]),
        ("A ministra, Anna Oakes Quaxley, negou.", ["Anna Oakes Quaxley"]),
        ("Er warf Anna Oakes Quaxley vor.", ["Anna Oakes"]),
        ("The Quaxley Anna Tribe wept.", []),
        ("U.S. District Judge B. Lynn Winmill wept.", ["Lynn Winmill"]),
        ("Palazzo Chigi ha negato. The James Webb Space Telescope shone.", []),
        ("Will Ferrell laughed. Will Congress act?", ["Will Ferrell"]),
        ("Ms. Oakes and Judge Alsup left.", ["Oakes", "Alsup"]),
        ("Major Mexican cities and Justice Department men", []),
        ("Ursula von der Mark said so.", ["Ursula von der Mark"]),
        ("Marie-Ange Toussaint said so.", ["Marie-Ange Toussaint"]),
        ("Le Courrier said so, and El Faro. Xavier Le Clerc wept.", ["Xavier Le Clerc"]),
        ("Marine Le Pen nie.", ["Marine Le Pen"]),
        ("Prince Harry and Crown Prince Mohammed bin Salman met. King Abdullah wept. Rodney King",
         ["Prince Harry", "Mohammed bin Salman", "King Abdullah", "Rodney King"]),
        ("Morgan Stanley and Wells Fargo", []),
        ("Reporter Sues Predator, Meta Sues Zorbin, Tory MPs wept, Sandy Hook wept.", []),
        ("Anna Berg Apologizes For It", ["Anna Berg"]),
        ("Nazi Germany, a Victoria Cross, premier Wielkiej Brytanii", []),
        ("The San Diego Padres won in Beverly Hills.", []),
        ("Ghanem al-Masarir sued. Al-Masarir won.", ["Ghanem al-Masarir", "Al-Masarir"]),
        ("Die Abgeordnete Martina Renner fragte.", ["Martina Renner"]),
        ("President Alexander Van der Bellen left.", ["Alexander Van der Bellen"]),
        ("Alexander Van der Bellen left. Van der Bellen slept.",
         ["Alexander Van der Bellen", "Van der Bellen"]),
        ("Ursula von der Leyen and Maria de los Santos left.",
         ["Ursula von der Leyen", "Maria de los Santos"]),
        ("Kevin De Bruyne ran. De Bruyne scored.", ["Kevin De Bruyne", "De Bruyne"]),
        ("Mother-of-two Sharon and I'm Gabriel wore Ana Prado-inspired hats.", []),
        ("President Seo Kang-min said so.", ["Seo Kang-min"]),
        ("Giuseppe Rossi di Mediterranea e Maria Grazia di Stefano tacciono.",
         ["Giuseppe Rossi", "Maria Grazia di Stefano"]),
        ("Alexandre de Carvalho decidiu. A decisão de Carvalho vale.",
         ["Alexandre de Carvalho", "Carvalho"]),
        ("The Kremlin's Dmitry Peskov and Oleksandr Tkachenko", ["Dmitry Peskov",
         "Oleksandr Tkachenko"]),
        ("Aides to Volodymyr Zelensky met Andriy Yermak.", ["Volodymyr Zelensky",
         "Andriy Yermak"]),
        ("Taoiseach Micheal Martin spoke. Tánaiste Simon Harris did not.",
         ["Micheal Martin", "Simon Harris"]),
        ("Bundeskanzler Olaf Scholz und Innenministerin Nancy Faeser",
         ["Olaf Scholz", "Nancy Faeser"]),
        ("Councilmember Mike Driscoll and Ombudsman Peter Tyndall",
         ["Mike Driscoll", "Peter Tyndall"]),
        ("The Friedrich Loeffler Institute, Adam Smith Street, James Madison University", []),
        ("Snowden Lodge is let. Assange Street is not.", []),
        ("Snowden files", ["Snowden"]),
        # Who made a picture is in no story.
        ("Photo by Anna Berg / The Wire Lamps listen.", []),
        ("Anna Berg/Getty Images Lamps listen.", []),
        ("Illustration: Anna Berg. Lamps listen.", []),
        ("Anna Berg and Tim Cook Read more...", ["Anna Berg", "Tim Cook"]),
        # Nor is who worked on the article.
        ("Lamps listen. (Reporting by Anna Berg and Ingvild Oakes; editing by Eva Lind)", []),
        ("Additional reporting by Anna Berg in Madrid and Ingvild Oakes", []),
        ("It was shown by reporting by Anna Berg.", ["Anna Berg"]),
        ("Reporting by The Wire showed that Anna Berg left.", ["Anna Berg"]),
        # Of two names with "y" between each is somebody's.
        ("Ana Prado y Juan Ruiz callan. José Ortega y Gasset, no.",
         ["Ana Prado", "Juan Ruiz", "José Ortega y Gasset"]),
        ("Alleanza Verdi e Sinistra Peppe De Cristofaro", ["Peppe De Cristofaro"]),
        # A role vouches for a surname that is also the name of things; a ministry is no surname.
        ("Its spokeswoman Dana Hill left. Mayor Tom Hall Park is green.", ["Dana Hill"]),
        ("Minister Ferd Grapperhaus van Justitie zweeg.", ["Ferd Grapperhaus"]),
        # A role vouches for a name made of places.
        ("Senator Charlotte Jackson left. Chief Constable Anna Berg did not.",
         ["Charlotte Jackson", "Anna Berg"]),
        ("Staatssecretaris Alexandra van Huffelen zweeg.", ["Alexandra van Huffelen"]),
        ("Federico Cafiero De Raho tace. Fu Ana Prado Di nuovo", ["Federico Cafiero De Raho",
         "Ana Prado"]),
        ("Il direttore dell'Fbi Zorbin Quaxley ha ammesso.", []),
        # A role vouches for whoever is named after it and what it is a role of,
        ("« Non », dit le porte-parole du gouvernement, Quaxla Zorbin.", ["Quaxla Zorbin"]),
        ("The head of the port's office and its clerks, Zorbin Quaxley, wept.", []),
        ("The editor of the paper, Zorbin Quaxley, wept.", ["Zorbin Quaxley"]),
        ("A street of the town, Zorbin Quaxley, is long.", []),
        ("“No,” said Quaxla Zorbin, the port's director. Kestrel Lamps, Leeds's pier, shone.",
         ["Quaxla Zorbin"]),
        ("O procurador-geral, Zorbin Quaxley, chora.", ["Zorbin Quaxley"]),
        ("Zorbin Quaxley, a former in-house lawyer, wept.", ["Zorbin Quaxley"]),
        ("Zorbin Quaxley, a lawyer based in Leeds, wept.", ["Zorbin Quaxley"]),
        ("Zorbin Quaxley, a town whose mayor wept, shone.", []),
        # who may follow what it is of.
        ("La ministra de Justicia Ana Prado, il ministro degli Esteri Anna Oakes und die Ministerin"
         " für Justiz Eva Lind", ["Ana Prado", "Anna Oakes", "Eva Lind"]),
        ("Landeschefin Mandy Oakes schwieg.", ["Mandy Oakes"]),
        ("Vice-president Quaxla Zorbin and mayor-elect Okelo Quaxley wept.",
         ["Quaxla Zorbin", "Okelo Quaxley"]),
        # Words that end or begin as one are not all roles.
        ("Das Amt beauftragte Kestrel Lamps. El pier suministra Kestrel Lamps.", []),
        ("Der Lautsprecher Kestrel Lamps is a peer-to-peer Kestrel Lamps network.", []),
        # What somebody's name is that of is not them.
        ("Anna Oakes Labs and Anna Oakes International Airport shone.", []),
        ("Anna Oakes Quaxla, its clerk, wept.", ["Anna Oakes Quaxla"]),
        # a cleric's and an officer's, too.
        ("Maître Claire Oakes pleure.", ["Claire Oakes"]),
        ("Mgr Zorbin Quaxley et le coronel Okelo Quaxley pleurent.",
         ["Zorbin Quaxley", "Okelo Quaxley"]),
        ("Julie Bishop wept.", ["Julie Bishop"]),
        ("FDP-Chef Christian Lindner left. Christian Democrats and the Christian Church did not.",
         ["Christian Lindner"]),
        ("Bill Barr and Dawn Butler left. A Safety Bill Clears Lords. Dawn raids.",
         ["Bill Barr", "Dawn Butler"]),
        # A party in court is a role, too.
        ("Plaintiff Anna Oakes sued. “No,” said plaintiff Quaxla Zorbin. Oakes won.",
         ["Anna Oakes", "Quaxla Zorbin", "Oakes"]),
        # Given names of many countries are known.
        ("Dilnoza Oakes thought so. Ingvild Oakes did not; Kemi Oakes and Hieu Oakes slept.",
         ["Dilnoza Oakes", "Ingvild Oakes", "Kemi Oakes", "Hieu Oakes"]),
        ("It rained in Alice Springs, at Ben Gurion and in Nea Quaxley.", []),
        # What is named after somebody is nobody.
        ("In Imam Reza Shrine, Khin Monastery, Marwan Oakes Mosque they sang Bella Ciao.", []),
        # Small words that open a sentence in one language, and are given names in another.
        ("Einer Mitteilung zufolge. Allen Beteiligten war es klar. Dann Schweigen.", []),
        ("Les Verts et Les Échos, qui l'affirment. Ville de Paris. Lundi Matignon nie.", []),
        ("Alla Farnesina negano. Una Procura indaga. Il Mar Rosso. Nella Lega.", []),
        ("Hasta Moncloa lo niega. Pero Moncloa calla. Una Fiscalía. Esta Fiscalía.", []),
        ("A Câmara, que nega. Uma Procuradoria. Zona Norte. Durante Carnaval.", []),
        ("Pere Aragonès, Luiz Prado e Flávio Prado", ["Pere Aragonès", "Luiz Prado",
         "Flávio Prado"]),
    ],
)  # fmt: skip
def test_people_are_found_and_other_capitalised_names_are_not(
    finder: MentionFinder, text: str, expected: list[str]
) -> None:
    found = [one for one in finder.find("", text) if one.kind == "person"]
    assert [text[one.start : one.end] for one in found] == expected
