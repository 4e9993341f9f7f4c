r"""Formulas in TeX as MathML, which browsers show without a script or a font of ours.

latex2mathml parses; its own writer does not escape (`\text{<img …>}` comes out as a tag, `\href` as an address), so
its tree is written here: known elements, known attributes, everything else as text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

from grader.report.escape import make_visible

MAX_TEX = 1000  # characters; beyond that, and where the parser gives up, the source is shown
ELEMENTS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded", "mphantom"}
    | {"msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mtable", "mtr", "mtd"}
    | {"semantics", "annotation"}
)
ATTRIBUTES = frozenset(
    {"display", "displaystyle", "scriptlevel", "stretchy", "fence", "separator", "form", "minsize", "maxsize"}
    | {"lspace", "rspace", "linethickness", "accent", "accentunder", "width", "height", "depth", "columnalign"}
    | {"rowspacing", "columnspacing", "movablelimits", "largeop", "symmetric"}
)
_PLAIN = re.compile(r"[A-Za-z0-9.%+ -]{0,40}")
_PIECES = re.compile(r"`(?P<code>[^`\n]+)`|\$(?P<tex>[^$\n]+)\$")
# Browsers take these from Unicode and not from `mathvariant`.
_ALPHABETS = {
    "double-struck": ("MATHEMATICAL DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "script": ("MATHEMATICAL SCRIPT", "SCRIPT"),
    "fraktur": ("MATHEMATICAL FRAKTUR", "BLACK-LETTER"),
    "bold": ("MATHEMATICAL BOLD",),
}
_SIZES = {"Lu": "CAPITAL", "Ll": "SMALL"}


@lru_cache(maxsize=4096)  # a class reads the same statements
def typeset_formula(tex: str, *, display: bool = False) -> Markup:
    """Return a formula as a `math` element that carries its source, or the source as code where it is no TeX."""
    root = _parse(tex)
    if root is None:
        return Markup("<code>{}</code>").format(make_visible(tex))
    body = Markup("").join(_write(root))
    source = make_visible(tex)
    return Markup(
        '<math display="{}" title="{}"><semantics>{}<annotation encoding="application/x-tex">{}</annotation>'
        "</semantics></math>"
    ).format("block" if display else "inline", source, body, source)


def typeset(text: str) -> Markup:
    """Return the author's words on one line as HTML: `code` in backticks, formulas between dollars."""
    return Markup("").join(_typeset_pieces(" ".join(text.split())))


def set_code(text: str) -> Markup:
    """Return a message as HTML: `code` in backticks. A dollar in it may be a student's, and means nothing."""
    pieces = make_visible(text).split("`")
    if len(pieces) % 2 == 0:  # one backtick without its other
        return escape(make_visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if index % 2 else escape(one) for index, one in enumerate(pieces)
    )


def set_label(text: str) -> Markup:
    """Return what a check is called as HTML: a name of the student's as code, words as words."""
    is_words = " " in text or text[:1].isupper()
    return escape(make_visible(text)) if is_words else Markup("<code>{}</code>").format(make_visible(text))


def read_aloud(text: str) -> str:
    """Return a text with its formulas as plain characters, for where no MathML can stand: the labels of a drawing."""
    return _PIECES.sub(lambda match: match["code"] or _spell(match["tex"]), " ".join(make_visible(text).split()))


def _typeset_pieces(text: str) -> Iterator[Markup]:
    end = 0
    for match in _PIECES.finditer(text):
        yield escape(make_visible(text[end : match.start()]))
        code = match["code"]
        yield typeset_formula(match["tex"]) if code is None else Markup("<code>{}</code>").format(make_visible(code))
        end = match.end()
    yield escape(make_visible(text[end:]))


def _spell(tex: str) -> str:
    root = _parse(tex)
    return tex if root is None else "".join(html.unescape(text) for text in root.itertext())


def _parse(tex: str) -> Element | None:
    """Return the formula's tree; None of what is too long, or no TeX."""
    if len(tex) > MAX_TEX:
        return None
    try:
        row = convert_to_element(make_visible(tex)).find("mrow")
        # Walked here, because what is nested too deeply is told by whoever walks it.
        return row if row is not None and any(True for _ in row.iter()) else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, ParseError):
        return None
    except Exception as error:
        if type(error).__module__.startswith("latex2mathml"):  # it has a dozen classes, and no common base
            return None
        raise


def _write(element: Element) -> Iterator[Markup]:
    """Yield an element as HTML. An unknown one is left out, and what it holds stays."""
    name = element.tag if element.tag in ELEMENTS else "mrow"
    yield Markup("<{}{}>").format(name, Markup("").join(_write_attributes(element)))
    yield escape(_choose_letters(element))
    for child in element:
        yield from _write(child)
    yield Markup("</{}>").format(name)


def _write_attributes(element: Element) -> Iterator[Markup]:
    for name, value in element.attrib.items():
        if name in ATTRIBUTES and _PLAIN.fullmatch(value):
            yield Markup(' {}="{}"').format(name, value)
    if element.tag == "mi" and element.get("mathvariant") == "normal":
        yield Markup(' mathvariant="normal"')


def _choose_letters(element: Element) -> str:
    text = html.unescape(element.text or "")
    names = _ALPHABETS.get(element.get("mathvariant", ""))
    return text if names is None else "".join(_choose_letter(char, names) for char in text)


def _choose_letter(char: str, alphabets: tuple[str, ...]) -> str:
    """Return the character of another alphabet; itself where Unicode has none."""
    size = _SIZES.get(unicodedata.category(char))
    if size is None or not char.isascii():
        return char
    for alphabet in alphabets:
        try:
            return unicodedata.lookup(f"{alphabet} {size} {char.upper()}")
        except KeyError:
            continue
    return char
