"""The word lists that decide where a shown phrase begins and ends: English, by word forms."""

from __future__ import annotations

_STOP_WORDS = """
a about above according after again against all also am an and any are as at back be because been
before being below between both but by can could did do does doing down during each even ever every
few for from further get gets getting go goes going got had has have having he her here hers him his
how i if in into is it its itself just last let like made make makes making many may me might more
most much must my new no nor not now of off on once one only or other our out over own per put said
same say saying says see set she should so some still such take tell tells than that the their them
then there these they this those though three through to told too two under until up upon us use
used using very via want was way we were what when where which while who whom whose why will with
within without would year years yet you your won't don't it's i'm can't
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that count in a score but give a reader no reason."""

JOINING = frozenset(("and", "as", "but", "or", "that"))
"""Words that a clause is shown without at its beginning."""

_DETERMINING_WORDS = """
a an the my your his her its our their this these those no some any every and or who whom which
that when where how why what if
"""
DETERMINING = frozenset(_DETERMINING_WORDS.split())
PREPOSITIONS = frozenset(
    ("of", "on", "in", "into", "onto", "at", "to", "from", "by", "with", "against", "over",
     "through", "about", "between", "under", "beneath", "behind", "inside", "across", "around",
     "near", "within", "without", "for")
)  # fmt: skip
LEADING = DETERMINING | PREPOSITIONS
"""Words that need something after them."""

CLAUSES = frozenset(
    ("although", "because", "but", "how", "if", "that", "what", "when", "where", "which", "while",
     "who", "whose", "why")
)  # fmt: skip
"""Words that can begin a clause."""

JOINTS = frozenset(
    ("after", "and", "as", "before", "by", "for", "from", "or", "since", "to", "with", "without")
)  # fmt: skip
"""Words that begin a phrase which says little by itself: "to a start-up"."""

RELATIVE = frozenset(("which", "whose"))
"""Words that a preposition may stand before: "systems through which they listen"."""

SAYING = frozenset(
    ("admit", "admits", "claim", "claims", "confirm", "confirms", "find", "finds", "found", "hear",
     "heard", "hears", "report", "reports", "reveal", "reveals", "said", "say", "says", "show",
     "shows", "suggest", "suggests", "write", "writes", "wrote")
)  # fmt: skip
"""Verbs that attribute what stands before them: ", a study shows"."""

TOLD_BY = frozenset(("according", "obtained", "reported", "reviewed", "seen"))
"""Words that begin an attribution: ", seen by the Herald"."""

PRONOUNS = frozenset(("me", "you", "him", "her", "it", "us", "them"))
OBJECTS = frozenset(("me", "him", "us", "them"))
"""Those that can only be objects: "sold them"."""

NEGATIONS = frozenset(("no", "not", "never", "cannot", "neither", "nor", "without"))
AUXILIARIES = frozenset(
    ("am", "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had",
     "can", "could", "may", "might", "must", "shall", "should", "will", "would")
)  # fmt: skip

HYPOTHETICAL = frozenset(("would", "could", "might", "may", "should"))
"""Auxiliaries of what would be done, but is not: "a pilot that would have compared faces"."""

_REFUSING_WORDS = """
abandon abandoned abandons abolish abolished abolishes acquits acquitted annulled annuls ban banned
banning bans bar barred barring bars block blocked blocking blocks cancel canceled cancelled cancels
ceased ceases cleared curb curbed curbs defeat defeated defeats delete deleted deletes denial
denials denied denies deny denying disband disbanded disbands dismantled dismantles dismissed
dismisses disputed disputes ditched ditches drop dropped dropping drops end ended ending ends fail
failed fails forbade forbid forbidden forbidding forbids halt halted halting halts lacked lacking
lacks lose loses lost moratorium oppose opposed opposes outlaw outlawed outlaws overturned overturns
postponed postpones prohibit prohibited prohibiting prohibits quash quashed quashes refusal refuse
refused refuses refusing refuted refutes reject rejected rejecting rejection rejects remove removed
removes repeal repealed repeals restrict restricted restricts revoke revoked revokes scrap scrapped
scrapping scraps shelved shelves stop stopped stopping stops suspend suspended suspends unplugged
unplugs veto vetoed vetoes voided voids withdraw withdrawn withdraws withdrew
"""
REFUSING = frozenset(_REFUSING_WORDS.split())
"""Verbs and nouns that reverse what follows: "denies its tool infected"."""

REFUSING_PARTICLES = frozenset(("against", "down", "off"))
"""These reverse it together with the verb before them: "voted against", "struck down"."""

_ABROAD_WORDS = """
abandonne abandonné annule annulla annullato annulé anula anuló aucun aucune bestreiten bestreitet
bestritt boccia bocciato dementiert desmente desmentiu desmiente desmintió dément démenti geen
interdit kein keine keinen keiner lehnt nega negam negano negaron negato negou negó nenhum nenhuma
nessun nessuna nicht nie niega niegan nient niet ohne ontkende ontkent prohibió prohíbe proibiu
proíbe rechaza rechazó refuse refusé rejeita rejeitou rejette rejeté respinge respinto sans schrapt
sem senza sin smentisce smentito sospende sospeso stoppt stopt suspend suspende suspendeu suspendió
suspendu untersagt verbiedt verbietet verbood verbot verwerpt vieta vietato weigert zonder
"""
REFUSING_ABROAD = frozenset(_ABROAD_WORDS.split())
"""The same in the other tagged languages, with their negations."""

MODIFYING = (
    "ed",
    "ing",
    "al",
    "ic",
    "ive",
    "ous",
    "ful",
    "full",
    "less",
    "able",
    "ible",
    "ish",
    "ese",
)
"""Endings of words that a noun mostly follows: "encrypted", "tapping", "social", "Chinese"."""

_HEADS = """
activists activity agencies agency agent agents agreement analysis analysts antenna antennas app
apps arm authorities authority balloon balloons bill bills box boxes breach broker brokers camera
cameras candidates capabilities capacity case center centre chats communications companies company
court customers data database databases deal detection device devices directive drone drones editors
emails engine engines equipment figures fingerprint fingerprints firm firms footage gear group
habits headset helmet history infrastructure interception investigation journalists kit law laws
lawsuit lawyers location locations machine machines malware market marketplace messages metadata
microphone microphones monitoring movements network networks office officers officials operation
operations outpost outposts permit phone phones plates platform platforms policy politicians powers
practices product products programme programmes programs provider providers pupils radar reader
readers recognition recorder recorders recording recordings register registers regulation regulator
reporters requirement requirements residents retention sale satellite satellites scandal scanner
scanners scanning scheme schemes secrets sensor sensors service services settings smartphones
software spyware staff station stations students suite surveillance system systems tech technologies
technology tool tools towers tracker trackers tracking traffic tribunal unit units users vendor
vendors violation violations warrant warrants watchdog whereabouts workers
"""
COMPOUND_HEADS = frozenset(_HEADS.split())
"""Nouns that compounds end in, in stories about surveillance: "wiretapping scandal"."""

_HEADS_OR_VERBS = """
access alert alerts ban campaign check checks contract contracts controls hack images logs order
orders photos plan plans probe program project projects purchases push record records request
requests rules sales scan scans search searches tags tap taps
"""
MAY_BE_VERBS = frozenset(_HEADS_OR_VERBS.split())
"""The same, but they may also be verbs: "call records" but "the camera records everyone"."""

BEHIND_NOUNS = frozenset(
    ("and", "are", "after", "at", "by", "for", "from", "in", "is", "of", "on", "or", "over",
     "was", "were", "which", "with", "without")
)  # fmt: skip
"""Before one of these words, a word of `MAY_BE_VERBS` is a noun."""
