r"""The one source of masking patterns, for this process and for the Collector.

Both Python's ``re`` (with ``re.ASCII``) and Go's RE2 run them, so there is no look-around.  Prompts
often arrive as JSON text, where the letter of an escape such as ``\n`` or ``\uc804`` would hide the
start of a number, or be taken for the start of an address: `SHIELDS` set escapes apart first.
"""

import re
from dataclasses import dataclass
from typing import Final

APART: Final = "\ufdd0"
"""Stands behind an escape while patterns run.  No character: Unicode keeps it for such uses."""
JOINED: Final = "\ufdd1_"
"""Stands where a number must not begin: for `\\b`, the underscore is part of a word."""


@dataclass(frozen=True, slots=True)
class Shield:
    """A replacement before the patterns, undone behind them."""

    regex: str
    replacement: str
    """In which `$1` and `$2` are the groups."""


SHIELDS: Final = (
    # What stands there already could join the halves of a secret when it is taken away.
    Shield("\ufdd0", ""),
    Shield("\ufdd1", ""),
    Shield(r"(\\(?:u[0-9a-fA-F]{4}|[nrtbf]))", f"$1{APART}"),
)
"""Before guards and patterns."""

SPARSE: Final = Shield("[^0-9]{5,}", " ")
"""What leaves of a text only its numbers: whatever has digits only is in there, if it is at all."""

DECIMALS: Final = Shield(r"([0-9]\.)([0-9]{11,})", f"$1{JOINED}$2")
"""Before patterns: the digits behind a decimal point are no card."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape of a secret; what its guard does not hold for is not searched for it."""

    name: str
    regex: str
    """What is replaced; its group 1, if it has one, is kept in front."""
    literals: tuple[str, ...] = ()
    """Guard: the lower-case text has one of these."""
    followed: str = ""
    """Guard: behind one of the literals, the lower-case text goes on like this."""
    shape: str = ""
    """Guard where there are no literals: a cheap expression.  With neither, it holds always."""
    has_digits_only: bool = False
    """Whether it is digits, with at most four other characters between two of them."""
    behind: str = ""
    """What the expression takes in behind the secret, and what is to stay."""

    @property
    def guards(self) -> tuple[str, ...]:
        """Expressions for the lower-case text, each of which a text in front makes fast."""
        return tuple(re.escape(literal) + self.followed for literal in self.literals)

    @property
    def replacement(self) -> str:
        """What stands in place of the match, behind the kept group 1."""
        return f"[{self.name}]{self.behind}"

    @property
    def keeps(self) -> bool:
        """Whether there is a group 1."""
        return self.regex.startswith("(") and not self.regex.startswith("(?")


def any_of(*alternatives: str) -> str:
    """Return an expression for one of them."""
    return f"(?:{'|'.join(alternatives)})"


# Nine digits, separated as people do, or the start of an IBAN.  Most dates have fewer.
NUMBER: Final = r"\b(?:[0-9](?:[- .()]{0,3}[0-9]){8}|[A-Z]{2}[0-9]{2}[ A-Z0-9]{8})"
_ADDRESS_V4: Final = r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[1-9]"
_ADDRESS_V6: Final = r":[0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}:"

# In JSON, quotes may be escaped, and escaped again: `\"api_key\": \"…\"`; bytes are b'…'.
_QUOTE: Final = r"""\\*["']"""
_IS: Final = rf" ?(?:{_QUOTE})? ?[:=,] ?b?"
# One class in front, for speed: that it lets `sccess_token` pass does no harm.
_NAMED: Final = (
    r"[AaCcIiPpRrSs](?i:pi[_-]?key|ccount[_-]?key|ccess[_-]?(?:key|token)|uth[_-]?token"
    r"|lient[_-]?secret|d[_-]?token|rivate[_-]?key|ass(?:word|wd|phrase)|efresh[_-]?token"
    r"|ecret(?:[_-]?(?:access[_-]?)?key)?|ession[_-]?token)"
)
_NAMED_LITERALS: Final = ("key", "token", "ecret", "assword", "asswd", "assphrase")
_GIVEN: Final = r""" ?(?:\\*["'])? ?[:=,]"""
_IN_QUERIES: Final = (
    *("key", "token", "secret", "credential", "sig", "signature", "code", "auth"),
    *("password", "passwd", "pwd", "jwt"),
)
_SCHEME: Final = "(?i:bearer|basic|token|digest|apikey|negotiate)"
_BLANK: Final = r"""\s"'\\"""

_SECRETS: Final = (
    Pattern(
        "PRIVATE_KEY",
        r"-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----"
        r"""(?:[^"\\-]|\\[nrt]|-[^"\\-])*(?:-----END [A-Z ]{0,24}PRIVATE KEY-----)?""",
        ("private key-----",),
    ),
    Pattern("BLOB", r"(;base64,)[A-Za-z0-9+/=_-]{32,}", (";base64,",)),
    Pattern(
        "CREDENTIALS",
        "(://)"
        + any_of(
            rf"[^{_BLANK}/?#:]{{0,200}}:[^{_BLANK}/?#]{{1,200}}",
            rf"[^{_BLANK}/?#:@]{{16,200}}",
        )
        + "@",
        ("://",),
        behind="@",
    ),
    Pattern(
        "API_KEY",
        r"([?&](?i:[a-z_-]{0,16}(?:key|token|secret|credential)|sig|signature|x-amz-signature"
        rf"|code|auth|passw(?:or)?d|pwd|jwt)=)[^{_BLANK}&#<>;\[]{{4,}}",
        tuple(f"{name}=" for name in _IN_QUERIES),
    ),
    Pattern(
        "API_KEY",
        rf"((?i:authorization){_IS}(?:{_QUOTE})?{_SCHEME} +)[A-Za-z0-9._~+/=-]{{6,}}",
        ("authorization",),
    ),
    Pattern(
        "API_KEY",
        rf"((?i:authorization){_IS}(?:{_QUOTE})?)[A-Za-z._~+/-]*[0-9][A-Za-z0-9._~+/=-]{{15,}}",
        ("authorization",),
    ),
    # A token has a digit, unlike "bearer of news".
    Pattern("API_KEY", r"((?i:bearer) +)[A-Za-z._~+/-]*[0-9][A-Za-z0-9._~+/=-]{7,}", ("bearer ",)),
    Pattern(
        "COOKIE",
        rf"((?i:cookie){_IS}(?:{_QUOTE})?)[A-Za-z0-9_.-]{{1,64}}="
        rf"[^{_BLANK};]+(?:; ?[^{_BLANK};]+)*",
        ("cookie",),
    ),
    Pattern("API_KEY", rf"({_NAMED}{_IS}{_QUOTE})[^\"'\\]{{3,}}", _NAMED_LITERALS, followed=_GIVEN),
    # Without quotes it must look like a secret: `password: required` and `api_key=api_key` do not.
    Pattern(
        "API_KEY",
        rf"({_NAMED} ?[:=] ?)[A-Za-z._~+/-]*[0-9!@#$%^*][^{_BLANK},;&}})\]]{{4,}}",
        _NAMED_LITERALS,
        followed=_GIVEN,
    ),
    Pattern(
        "API_KEY",
        r"((?:비밀번호|패스워드|암호)[은는]? ?[:=]? ?)"
        r"(?:[A-Za-z]+[0-9!@#$%^&*]|[0-9!@#$%^&*]{3})[A-Za-z0-9!@#$%^&*._-]+",
        ("비밀번호", "패스워드", "암호"),
    ),
    Pattern("JWT", r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}", ("eyj",)),
)

# Prefix → what follows.
_ISSUED: Final = {
    "AIza": r"[A-Za-z0-9_-]{35}",  # Google
    "AKIA": r"[A-Z0-9]{16}\b",  # AWS
    "ASIA": r"[A-Z0-9]{16}\b",
    **{f"gh{kind}_": r"[A-Za-z0-9]{20,}" for kind in "opsur"},  # GitHub
    "github_pat_": r"[A-Za-z0-9_]{20,}",
    "glpat-": r"[A-Za-z0-9_-]{20,}",  # GitLab
    "xox": r"[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    "hooks.slack.com/services/": r"[A-Za-z0-9/]{20,}",
    "hf_": r"[A-Za-z0-9]{20,}",  # Hugging Face
    "gsk_": r"[A-Za-z0-9]{20,}",  # Groq
    "xai-": r"[A-Za-z0-9]{20,}",
    "pplx-": r"[A-Za-z0-9]{20,}",  # Perplexity
    "nvapi-": r"[A-Za-z0-9_-]{20,}",  # NVIDIA
    "r8_": r"[A-Za-z0-9]{20,}",  # Replicate
    "tvly-": r"[A-Za-z0-9-]{16,}",  # Tavily
    "pcsk_": r"[A-Za-z0-9_]{20,}",  # Pinecone
    "lsv2_": r"[A-Za-z0-9_]{20,}",  # LangSmith
    "npm_": r"[A-Za-z0-9]{30,}",
    "pypi-": r"[A-Za-z0-9_-]{40,}",
    "dckr_pat_": r"[A-Za-z0-9_-]{20,}",
    "dop_v1_": r"[a-f0-9]{40,}",  # DigitalOcean
    "shpat_": r"[a-fA-F0-9]{20,}",  # Shopify
    "SG.": r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
    "ya29.": r"[A-Za-z0-9_-]{20,}",  # Google OAuth
    **{f"{kind}_live_": r"[A-Za-z0-9]{16,}" for kind in ("sk", "rk", "pk")},  # Stripe
    "whsec_": r"[A-Za-z0-9+/=]{20,}",
}
_TOKENS: Final = (
    # OpenAI, Anthropic, OpenRouter, DeepSeek.  A word in front would make it `risk-…`.
    Pattern("API_KEY", r"\bsk-(?:[A-Za-z0-9_]+-)*[A-Za-z0-9_]{16,}[A-Za-z0-9_-]*", ("sk-",)),
    # One by one: a text in front is found twenty times as fast as an alternative.
    *(
        Pattern("API_KEY", prefix.replace(".", r"\.") + rest, (prefix.lower(),))
        for prefix, rest in _ISSUED.items()
    ),
)

_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HOST_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]?)"
_GAP: Final = "[- .]?"
_LANDLINE: Final = r"0(?:2|[3-6][1-5]|70|50[2-8])(?:\) ?|[- .])[0-9]{3,4}[- .][0-9]{4}"
_AMERICAN: Final = r"[2-9][0-9]{2}(?:\) ?|[- .])[2-9][0-9]{2}[- .][0-9]{4}"
_HEX: Final = "[0-9a-fA-F]{1,4}"

_PERSONAL: Final = (
    Pattern(
        "EMAIL",
        r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}",
        ("@",),
    ),
    # Before cards: a spaced account number contains groups like theirs.
    Pattern(
        "IBAN",
        r"\b[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4} ?[A-Z0-9]{2}[0-9]{2}"
        r"(?: ?[A-Z0-9]{4}){0,6} ?[A-Z0-9]{1,4}\b",
        shape=NUMBER,
    ),
    # Whole groups only: a separator after any digit would reach into the number that follows.
    Pattern(
        "CARD",
        r"\b"
        + any_of(
            r"(?:[46][0-9]|5[1-5]|2[2-7]|35|94)[0-9]{2}(?:[- ]?[0-9]{4}){3}",
            r"3[47][0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{5}",
            r"3[068][0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{4}",
        )
        + r"\b",
        shape=NUMBER,
        has_digits_only=True,
    ),
    # Korean resident registration number.  The hyphen is required: without it, milliseconds since
    # 1970 match too; numbers issued since October 2020 have no checksum that could tell.
    Pattern(
        "RRN",
        r"\b[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]) ?- ?[0-9]{7}\b",
        shape=NUMBER,
        has_digits_only=True,
    ),
    # Anything with a country code.
    Pattern(
        "PHONE",
        rf"\+[1-9][0-9]{{0,2}}{_GAP}(?:\(0\){_GAP})?(?:\([0-9]{{1,4}}\)|[0-9]{{1,4}})"
        + any_of(rf"(?:{_GAP}[0-9]{{3,4}}){{2}}", rf"(?:{_GAP}[0-9]{{2}}){{4}}")
        + r"\b",
        ("+",),
    ),
    # Korea: mobile, then landline, 070 and 050x; North America; the international prefix.
    Pattern(
        "PHONE",
        any_of(
            r"\b"
            + any_of(
                rf"(?:82{_GAP}|0)1[016-9]{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}",
                _LANDLINE,
                rf"(?:1{_GAP}\(?\b)?{_AMERICAN}",
                r"00[1-9][0-9]{0,2}[- ][0-9]{1,4}(?:[- ][0-9]{3,4}){2,3}",
            ),
            r"\(" + any_of(_LANDLINE, _AMERICAN),
        )
        + r"\b",
        shape=NUMBER,
        has_digits_only=True,
    ),
    # Addresses of networks, loopback and private ranges identify nobody, and 1.2.3.4 is a version.
    Pattern(
        "IP",
        r"\b"
        + any_of(
            r"(?:1[1-9]|[2-9][0-9]|1[013458][0-9]|16[0-8]|12[0-689]|17[013-9]|19[013-9]|2[01][0-9]|22[0-3])"
            rf"\.{_OCTET}\.{_OCTET}",
            rf"[1-9]\.[1-9][0-9]{{1,2}}\.{_OCTET}",
            rf"172\.(?:[0-9]|1[0-5]|3[2-9]|[4-9][0-9]|[12][0-9]{{2}})\.{_OCTET}",
            rf"192\.(?:[0-9]{{1,2}}|1[0-57-9][0-9]|16[0-79]|2[0-9]{{2}})\.{_OCTET}",
        )
        + rf"\.{_HOST_OCTET}\b",
        shape=_ADDRESS_V4,
    ),
    # Global unicast.
    Pattern(
        "IP",
        r"\b[23][0-9a-fA-F]{3}:"
        + any_of(rf"(?:{_HEX}:){{6}}{_HEX}", rf"(?:{_HEX}:){{1,5}}(?::{_HEX}){{1,5}}")
        + r"\b",
        shape=_ADDRESS_V6,
    ),
)

PATTERNS: Final = (*_SECRETS, *_TOKENS, *_PERSONAL)
"""In the order in which they are applied."""
