"""The word lists that decide where a shown phrase begins and ends, by word forms.

They are English, but those of other languages, whose names say so; `_ABROAD` stands for all other
tagged languages together.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


STOP_WORDS = _words("""
a about above according after again against all also am among an and any are as at back be because
been before being below between both but by can could did do does doing down during each even ever
every few for from further get gets getting go goes going got had has have having he her here hers
him his how i if in into is it its itself just last let like made make makes making many may me
might more most much must my new no nor not now of off on once one only or other our out over own
per put said same say saying says see set she should so some still such take tell tells than that
the their them then there these they this those though three through to told too two under until up
upon us use used using very via want was way we were what when where which while who whom whose why
will with within without would year years yet you your won't don't i'm can't
""")
"""Words that count in a score but give a reader no reason."""

JOINING = _words("and as but or that")
"""Words that a clause is shown without at its beginning."""

DETERMINING = _words("""
a an the my your his her its our their this these those no some any every and or who whom which
that when where how why what if
""")
"""Articles, possessives and other words before a noun or a clause."""

PREPOSITIONS = _words("""
of on in into onto at to from by with against over through about between under beneath behind inside
across around near within without for among
""")
LEADING = DETERMINING | PREPOSITIONS
"""Words that need something after them."""

SETTING = _words("""
at in inside near on outside am beim im vor au aux chez comme dans en bajo como alla nei nel nella
nello presso na nas no nos bij buiten zoals
""")
"""Words with which a clause begins that says where, when or like what, in any tagged language."""

CLAUSES = _words("""
although because but how if that unless what when whenever where wherever whether which while who
whose why
""")
"""Words that can begin a clause."""

JOINTS = _words("after and as before by for from or since to with without")
"""Words that begin a phrase which says little by itself: "to a start-up"."""

LOOSE = _words("at by for from of to with")
"""Prepositions that a part of a sentence is shown without at its beginning."""

OPENING_ABROAD = _words("""
als der die das ein eine einer einem einen eines dass weil und
le la les un une qui que dont et el los las una quien e il lo gli che chi o os um uma quem
het een dat omdat waar wie
""")
"""Articles and conjunctions with which a part of a clause begins in the other tagged languages."""

RELATIVE_GERMAN = _words("das dem den denen der deren dessen die")
"""German's relative pronouns."""

AND_ABROAD = _words("e ed en et und y")
"""What means "and" in those languages."""

SMALL_ABROAD = OPENING_ABROAD | _words("""
am an auf aus bei beim durch für gegen im in mit nach ohne seit über unter vom von vor wegen zu
zum zur à au aux avec chez contre dans de depuis des du en par pour sans sous sur vers al ante con
del desde entre hasta para por sin sobre a ai alla da dal dalla dei della delle di nei nel nella per
su sul sulla tra ao aos às com do dos em na nas no nos pela pelo sem sob aan bij door met naar
om onder op over te tegen tot uit van voor zonder
""")
"""Small words of those languages, before which a long clause may be cut."""

OF_ABROAD = _words("de dei del della delle des di do dos du van vom von")
"""Those of the small words that mean "of", within names too: "Ciudad del Este"."""

CLAUSES_ABROAD = _words("""
als dass ob oder weil wer wie wo che chi come dont dove finché onde où ou quando quand que quem qué
qui cuando donde dat nadat of omdat terwijl waar waarin
""")
"""Words that begin a clause in those languages."""

OPEN_ABROAD = _words("""
bis dem den laut während durante pendant tijdens après avant ce ces cette comme leur leurs ne sa
selon ses antes bajo cada como esta este mediante según si sus tras alle allo degli dello dopo
i non prima quei se secondo após até cujo depois não segundo seu sua via deze dit elk elke hun
volgens chaque zwischen fra tussen parce
innerhalb außerhalb anhand aufgrund mithilfe trotz binnen vanwege sinds durant mientras presso
attraverso através
""").union(SMALL_ABROAD, CLAUSES_ABROAD)
"""Words with which no piece of evidence in those languages ends."""

PARTICLES = _words("""
an auf aus bei durch mit nach um unter vor zu über aan bij door om onder op over tegen uit voor
""")
"""Of these, the ones that may be second parts of verbs: "zählte [mit]", "leest gsm's [uit]"."""

AND_FIRST_ABROAD = _words("aber e ed et ma maar mas und y")
"""Conjunctions that a piece is shown without at its beginning, whatever the language: not Dutch
"en" and French "mais", which are other words elsewhere."""

REFUSALS_TO_COMMENT = (
    "request for comment",
    "requests for comment",
    "respond to a request",
    "respond to requests",
    "declined to comment",
    "declined comment",
    "refused to comment",
    "not answer questions",
    "not answered questions",
    "n't answer questions",
    "not respond to questions",
    "n't respond to questions",
    "not reply to questions",
    "n't comment",
    "not comment",
    "reached for comment",
    "nicht äußern",
    "nicht äussern",
    "äußerte sich nicht",
    "äusserte sich nicht",
    "nicht kommentieren",
    "reagierte nicht",
    "souhaité commenter",
    "refusé de commenter",
    "voulu commenter",
    "souhaité réagir",
    "quiso hacer comentarios",
    "quisieron hacer comentarios",
    "quiso comentar",
    "declinó comentar",
    "hecho comentarios",
    "quiso responder",
    "pas répondu",
    "non ha risposto",
    "não respondeu",
    "reageerde niet",
    "antwortete nicht",
    "voluto commentare",
    "rilasciato commenti",
    "quis comentar",
    "não comentou",
    "se manifestou",
    "wilde niet reageren",
    "wil niet reageren",
    "geen commentaar",
    "zuständigen gremien",
    "neither confirm nor deny",
    "refusé à tout commentaire",
    "refusée à tout commentaire",
)
"""Words of clauses that are in stories of any kind, and no reason for a topic."""

MISTAKEN_NAMES = {"workplace monitoring": frozenset(("Home Office",))}
"""Names that are no reason for a sense, though their words are those of its phrases."""

TIMES = _words("""
minutes hour hours day days night nights week weeks weekend month months decade decades century
january february march april june july august september october november december monday tuesday
wednesday thursday friday saturday sunday today yesterday morning evening afternoon spring summer
autumn winter one three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty thirty forty fifty hundred several first second third
early earlier late later nearly almost past previous following least long
""")
"""Words of when, and for how long: "For nineteen months"."""

RELATIVE = _words("whether which whose")
"""Words that a preposition may stand before: "systems through which they listen"."""

ASKING = RELATIVE | _words("how what when where who whom why")
"""The same, and words whose preposition belongs to what was said before: "a diary of where"."""

SAYING = _words("""
acknowledge acknowledged acknowledges admit admits admitted claim claimed claims concede conceded
concedes confirm confirmed confirms discover discovered discovers find finds found hear heard hears
insist insisted insists report reports reveal revealed reveals said say says show shows suggest
suggested suggests write writes wrote
""")
"""Verbs that attribute what stands before them: ", a study shows"."""

SAID = _words("said says")
"""Behind a comma these begin an attribution: ", said Ana Prado"; behind a word in brackets, what is
said: "Ana Prado (Lab) said the lamps count phones"."""

TOLD_BY = _words("according obtained reported reviewed seen")
"""Words that begin an attribution: ", seen by the Herald"."""

TOLD_BY_ABROAD = _words("""
laut berichtet berichten sagt sagen meldet selon dit disent révèle affirme según dice dicen revela
denuncia afirma secondo rivela segundo diz dizem denunciou volgens aldus meldt zegt
""")
"""The same in the other tagged languages: ", laut Bericht"."""

TELLING = _words("""
describe described describes detail details indicate indicated indicates published recall recalled
recalls showed tell tells told
""").union(SAYING, TOLD_BY)
"""Verbs that say nothing without what is told: "slides describe"."""

CALLING = _words("accused accuses argued argues asked asks called calls warned warns")
"""Other verbs that need what follows them: "the union called" the list a breach."""

PRONOUNS = _words("me you him her it us them")
"""Pronouns that may end a phrase, even those that also stand before a noun."""

OBJECTS = _words("me him us them")
"""Those of them that can only be objects: "sold them"."""

VERBS = _words("""
bought built came caught chose cut drew drove fell fought found gave got grew held hid hit kept knew
laid led left lent let lost made meant met paid put ran read rose sat saw sent set sold spent spied
spoke spread stole stood swept taught took went won
""")
"""Past forms without "-ed", which need a subject: ", owned by two airlines, [sold tickets]"."""

SUBJECTS = _words("he i she they we")
"""Pronouns that something is said about: no piece ends with one."""

CUT_OFF = _words("between from of")
"""Words with which no phrase ends before a quotation; elsewhere they may: "never heard of"."""

SECOND_PARTS = _words("free grade level like owned run style wide")
"""Behind a hyphen these need a noun: "tracker-free [search]"."""

KNOWING = _words("aware informed knew know known notified realise realised realize realized told")
"""Words between a negation and what is so all the same: "were not told that cameras read faces"."""

NEGATIONS = _words("no not never cannot neither nor without")
"""Words that say that what follows is not so."""

AUXILIARIES = _words("""
am is are was were be been do does did has have had can could may might must shall should will would
""")
"""Auxiliary verbs, which need another."""

HYPOTHETICAL = _words("would could might may should")
"""Auxiliaries of what would be done, but is not: "a pilot that would have compared faces"."""

REFUSING = _words("""
abandon abandoned abandons abolish abolished abolishes acquits acquitted annulled annuls ban banned
banning bans bar barred barring bars block blocked blocking blocks cancel canceled cancelled cancels
ceased ceases cleared clears curb curbed curbs defeat defeated defeats delete deleted deletes denial
denials denied denies deny denying disband disbanded disbands dismantled dismantles dismissed
dismisses disputed disputes ditched ditches drop dropped dropping drops end ended ending ends fail
failed fails forbade forbid forbidden forbidding forbids halt halted halting halts lacked lacking
lacks lose loses lost moratorium oppose opposed opposes outlaw outlawed outlaws overturned overturns
postponed postpones prohibit prohibited prohibiting prohibits quash quashed quashes refusal refuse
refused refuses refusing refuted refutes reject rejected rejecting rejection rejects remove removed
removes repeal repealed repeals restrict restricted restricts revoke revoked revokes scrap scrapped
scrapping scraps shelved shelves stop stopped stopping stops suspend suspended suspends unplugged
unplugs veto vetoed vetoes voided voids withdraw withdrawn withdraws withdrew
""")
"""Verbs and nouns that reverse what follows: "denies its tool infected"."""

CLEARING = _words("acquits acquitted absolved absolves cleared clears")
"""Verbs that reverse what follows an "of" further on: "clears the service's head of spying"."""

REFUSING_PARTICLES = _words("against down off")
"""These reverse it together with the verb before them: "voted against", "struck down"."""

REFUSING_ABROAD = _words("""
abandona abandonne abandonné abandonou abandonó annule annulla annullato annulé anula anuló apaga
apagan apagou apagó aucun aucune bestreiten bestreitet bestritt boccia bocciato dementiert desmente
desmentiu desmiente desmintió dément démenti geen interdit jamais jamás kein keine keinen keiner
lehnt nadie ne nega negam negano negaron negato negou negó nenhum nenhuma nessun nessuna nessuno
nicht nie niega niegan niemals niemand nient niet ninguna ninguno ninguém ningún non nooit nunca não
ohne ontkende ontkent prohibió prohíbe proibiu proíbe quita quitó rechaza rechazó refuse refusé
rejeita rejeitou rejette rejeté renonce respinge respinto retira retiran retiraram retirou retiró
sans schrapt sem senza sin smentisce smentito sopprime sospende sospeso spegne stoppt stopt supprime
supprimé suprime suprimió suspend suspende suspendeu suspendió suspendu untersagt verbiedt verbietet
verbood verbot verwerpt vieta vietato weigert zonder
""")
"""What reverses what follows in the other tagged languages, with their negations."""

SPANISH = _words("al del el ha haber habían había han la las le les lo los un una")
"""Behind a "no" these show that it is the Spanish one. The Portuguese "no" is "in the"."""

DENYING_ABROAD = _words("""
bestreiten bestreitet bestritt bestritten dementieren dementiert dementierte leugnet leugnete
untersagt untersagte verbietet verbot weigert ontkennen ontkende ontkent verbiedt verbood
""")
"""Verbs of those languages behind which a comma may stand before what they deny: "bestreitet,
Gespräche zu lesen", "verbot der Polizei, Gespräche zu lesen"."""

PROOF = _words("evidence indication indications proof sign signs trace traces")
"""What there may be none of: "no evidence that the service tapped phones"."""

NO_PROOF = _words("insufficient little")
"""Before `PROOF` these say the same as a negation: "little evidence"."""

PROOF_ABROAD = _words("""
belege beweis beweise hinweise preuve preuves prove prova prueba pruebas provas indicios indícios
indizi bewijs bewijzen aanwijzing aanwijzingen
""")
NO_PROOF_ABROAD = REFUSING_ABROAD | {"pas"}
"""The same in the other tagged languages."""

OF_PROOF = _words("that dass daß dafür")
"""Words with which it goes on after a comma, to what there is no evidence of."""

MODIFYING = (
    "ed", "ing", "al", "ic", "ive", "ous", "ful", "full", "less", "able", "ible", "ish", "ese",
)  # fmt: skip
"""Endings of words that a noun mostly follows: "encrypted", "tapping", "social", "Chinese"."""

COMPOUND_HEADS = _words("""
activists activity agencies agency agent agents agreement analysis analysts antenna antennas app
apps arm authorities authority balloon balloons bill bills box boxes breach broker brokers camera
cameras candidates capabilities capacity case center centre chats commissioner commissioners
communications companies company contractor contractors court customers data database databases deal
detection device devices directive drone drones editors emails engine engines equipment figures
fingerprint fingerprints firm firms footage gear group habits headset helmet history infrastructure
interception investigation journalists kit law laws lawsuit lawyers location locations machine
machines malware market marketplace messages metadata microphone microphones monitoring movements
network networks office officers officials operation operations outpost outposts permit phone phones
plates platform platforms policy politicians powers practices product products programme programmes
programs provider providers pupils radar reader readers recognition recorder recorders recording
recordings register registers regulation regulator reporters requirement requirements residents
retention sale satellite satellites scandal scanner scanners scanning scheme schemes secrets sensor
sensors service services sets settings smartphones software spyware staff station stations students
suite surveillance system systems tech technologies technology tool tools towers tracker trackers
tracking traffic tribunal unit units users vendor vendors violation violations warrant warrants
watchdog whereabouts workers
""")
"""Nouns that compounds end in, in stories about surveillance: "wiretapping scandal"."""

MAY_BE_VERBS = _words("""
access alert alerts ban campaign check checks contract contracts controls hack images logs order
orders photos plan plans probe program project projects purchases push record records request
requests rules sales scan scans search searches tags tap taps
""")
"""Further ones, which may also be verbs: "call records" but "the camera records everyone"."""

BEHIND_NOUNS = _words("""
and are after at by for from in is of on or over was were which with without
""")
"""Before one of these words, a word of `MAY_BE_VERBS` is a noun."""

OFFICES = _words("""
authorities authority commission commissioner committee ombudsman regulator regulators tribunal
watchdog watchdogs
""")
"""Nouns of who watches over watching: no reason alone, as in "data protection commissioner"."""
