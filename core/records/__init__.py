"""The vocabulary: everything that wirewatch speaks of, as frozen records.

Every stage takes and returns these records; ledger columns, index fields, JSON lines and the
documentation use the same names. Times are timezone-aware UTC. Ids are lower-case hex.
"""

from core.records.articles import (
    COUNTRY_KINDS,
    Article,
    Evidence,
    Mention,
    MentionKind,
    Statement,
    StatementKind,
    Tag,
    TextField,
)
from core.records.base import NEAR_TOPIC, SURVEILLANCE, Record, Score, UtcTime, content_id
from core.records.delivery import (
    LONGEST_WAIT,
    ChannelHealth,
    ChannelNews,
    ChannelState,
    Digest,
    RulesNews,
)
from core.records.dossiers import Dossier, DossierStory, DraftStory
from core.records.entries import ENDS, SEARCHABLE, Entry, Extraction, FeedItem, Page, State, Step
from core.records.feeds import (
    LONGEST_ADDRESS,
    Feed,
    FeedGap,
    FeedState,
    Gap,
    Hints,
    Listed,
    Notice,
    Rhythm,
)
from core.records.followed import Coverage, Followed, Known
from core.records.politeness import RobotsRecord, SiteRecord
from core.records.segments import Segment, SegmentKind
from core.records.sketches import Sketched
from core.records.stories import (
    Alert,
    AlertKind,
    Development,
    DevelopmentKind,
    Story,
    Telling,
    alert_key,
)

__all__ = [
    "COUNTRY_KINDS",
    "ENDS",
    "LONGEST_ADDRESS",
    "LONGEST_WAIT",
    "NEAR_TOPIC",
    "SEARCHABLE",
    "SURVEILLANCE",
    "Alert",
    "AlertKind",
    "Article",
    "ChannelHealth",
    "ChannelNews",
    "ChannelState",
    "Coverage",
    "Development",
    "DevelopmentKind",
    "Digest",
    "Dossier",
    "DossierStory",
    "DraftStory",
    "Entry",
    "Evidence",
    "Extraction",
    "Feed",
    "FeedGap",
    "FeedItem",
    "FeedState",
    "Followed",
    "Gap",
    "Hints",
    "Known",
    "Listed",
    "Mention",
    "MentionKind",
    "Notice",
    "Page",
    "Record",
    "Rhythm",
    "RobotsRecord",
    "RulesNews",
    "Score",
    "Segment",
    "SegmentKind",
    "SiteRecord",
    "Sketched",
    "State",
    "Statement",
    "StatementKind",
    "Step",
    "Story",
    "Tag",
    "Telling",
    "TextField",
    "UtcTime",
    "alert_key",
    "content_id",
]
