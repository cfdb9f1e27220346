"""Abusive words and phrases of Korean and English that are hardly ever anything else.

The Korean ones were gone through one by one for what else they can be part of: 시발 of 시발점,
새끼 of 새끼손가락, 꺼져 of 불이 꺼져 있다, 닥쳐 of 위기가 닥쳐.  What is abuse in one sentence and
none in the next, such as 쓰레기, stands here only with the words that make it one.
"""

import re
from typing import Final

_SIGN: Final = r"[\d*.^~_!@#-]?"
"""What is put between two syllables to hide a word; no space, or 다시 발송 would be one."""


def _hidden(word: str) -> str:
    return _SIGN.join(word)


_KOREAN: Final = (
    # profanity
    rf"(?<![가-힣])(?:{_hidden('시발')}|{_hidden('씨발')})(?!점|역|지|택시|자동차)|씨팔|씨바(?:알|라)",
    r"(?<![가-힣ㄱ-ㅎ])(?:ㅅㅂ|ㅆㅂ|ㅈㄴ|ㅂㅅ|ㅈㄹ|ㄲㅈ)(?![ㄱ-ㅎ])",
    r"좆(?:같|까|나|만|밥|도)|존나|졸라\s|지랄|염병(?:할|하네)|씹(?:새|할|년|창)|엿\s?(?:이나\s)?먹어",
    # insults
    rf"{_hidden('개새')}{_SIGN}끼|{_hidden('개자')}{_SIGN}식|개소리|개같은|개\s같은\s(?:놈|년|소리)",
    r"(?:이|저|그|야|쌍|쥐|개)\s?새끼(?!손|발|고양|강아지|줄|돼지|곰|새|양)|새끼(?:야|들아)",
    rf"{_hidden('병신')}(?!년|사화|무진)|등신(?:아|같|\s같|이냐)|또라이|찐따|머저리|얼간이|쪼다",
    r"미친\s?(?:놈|년|새끼|자식|것들)|돌대가리|대가리에\s?(?:똥|총)|닭대가리",
    r"멍청(?:이(?:야|들|\s)|한\s?(?:놈|년|자식|녀석|인간|것))|바보(?:야|\s?같은\s?(?:놈|년|자식|소리)|\s?자식|냐)",
    r"쓰레기\s?같은\s?(?:놈|년|인간|새끼|자식)|인간\s?쓰레기|쓰레기(?:야|새끼)|쌍(?:놈|년)|썅",
    r"걸레\s?같은\s?년|창녀|화냥년|호로\s?자식|후레자식|찌질이|벌레\s?같은\s?(?:놈|년|인간)",
    # contempt of groups
    r"(?<![가-힣])한남(?:들|놈|새끼|충)|한녀(?:들|충)|김치년|쿵쾅이|메갈(?:년|들)|계집(?:년|들)|기레기|개돼지|듣보잡",
    r"(?<![가-힣\d])(?:이|저|쌍|썩을\s?|망할\s?)년(?:들아|아(?=[\s!,.]|$))|짱개(?!\s?집)|찌질(?:한\s?(?:놈|년|인간))",
    r"(?:쳐|처)먹(?:어라|고\s?있네|는\s?(?:놈|년|것들)|냐|네)|느금마|니\s?(?:애미|에미)|(?:애미|애비)\s?(?:없|뒤)",
    r"틀딱|김치녀|맘충|급식충|짱깨|쪽바리|쪽발이|깜둥이|똥꼬충|된장녀|애자\s?새끼",
    # threats
    r"죽여\s?(?:버릴|버린|버리겠|주마|줄게|줄\s?테)|죽일\s?(?:거야|테다|줄\s?알)|죽을래|죽고\s?싶(?:냐|니|어\?)",
    r"뒤(?:져라|질래|져\s?버려)|뒈(?:져|질)|나가\s?(?:죽어|뒤져)|콱\s?죽어|가서\s?죽어|목을\s?(?:따|졸라\s?버|비틀)",
    r"칼로\s?(?:찔러|쑤셔|담가)\s?(?:버|주|줄)|가만\s?(?:안|두지\s않)\s?(?:둬|둘\s?거야|두겠|겠어)|패\s?(?:죽|버리겠|줄까)",
    r"입\s?닥쳐|닥쳐(?:라|!)|아가리|(?:당장|그냥)\s?꺼져(?!\s?있|서)|꺼져라|꺼져\s?버려",
)
_ENGLISH: Final = (
    r"\b(?:mother)?f+u+c+k+(?:s|ed|er|ers|ing|in|wit|wits|head)?\b|\bf\*+c?k(?:ing|er)?\b",
    r"\b(?:bull)?sh[i1*]t(?:s|ty|head|heads)?\b|\bbitch(?:es|y)?\b|\bass(?:hole|holes|hat|wipe)\b",
    r"\bcunts?\b|\bdickheads?\b|\bwhores?\b|\bsluts?\b|\bwank(?:er|ers)\b|\btwats?\b|\bscumbags?\b",
    r"\bn[i1*]gg(?:er|ers|a|as)\b|\bfaggots?\b|\bkikes?\b|\btrann(?:y|ies)\b|\bretards?\b",
    r"\b(?:kill|hang|shoot)\s+yoursel(?:f|ves)\b|\bkys\b|\b(?:go|just|please)\s+die\b|\bdrop\s+dead\b",
    r"\bI(?:'ll|\s+will|'m\s+going\s+to|\s+am\s+going\s+to)\s+(?:kill|murder|strangle|hurt|beat)\s+you\b",
    r"\bshut\s+the\s+\w+\s+up\b|\bpiece\s+of\s+(?:shit|crap|trash)\b|\bstfu\b",
)
_LISTED: Final = re.compile("|".join((*_KOREAN, *_ENGLISH)), re.IGNORECASE)


def abusive(text: str) -> int:
    """Return how many times a text has something of the list."""
    return sum(1 for _ in _LISTED.finditer(text))
