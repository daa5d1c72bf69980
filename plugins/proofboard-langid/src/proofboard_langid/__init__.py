"""Adapters of six language identification libraries and of guessing; each library is imported when it is first asked.

Each name below is the vendor id of an entry point in the group `proofboard.vendors`.
"""

from proofboard_langid.adapter import LanguageIdentifier
from proofboard_langid.guessing import BaselineSettings, set_up_baseline
from proofboard_langid.libraries import (
    Cld3Settings,
    LangdetectSettings,
    LinguaSettings,
    Py3langidSettings,
    Pycld2Settings,
    SimplemmaSettings,
    set_up_cld3,
    set_up_langdetect,
    set_up_lingua,
    set_up_py3langid,
    set_up_pycld2,
    set_up_simplemma,
)

baseline = LanguageIdentifier("baseline", None, BaselineSettings, set_up_baseline)
cld3 = LanguageIdentifier("cld3", "cld3-py", Cld3Settings, set_up_cld3)
langdetect = LanguageIdentifier("langdetect", "langdetect", LangdetectSettings, set_up_langdetect)
lingua = LanguageIdentifier("lingua", "lingua-language-detector", LinguaSettings, set_up_lingua)
py3langid = LanguageIdentifier("py3langid", "py3langid", Py3langidSettings, set_up_py3langid)
pycld2 = LanguageIdentifier("pycld2", "pycld2", Pycld2Settings, set_up_pycld2)
simplemma = LanguageIdentifier("simplemma", "simplemma", SimplemmaSettings, set_up_simplemma)
