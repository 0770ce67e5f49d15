"""Records what Jinja itself makes of templates: run `python3 record.py` in this folder with jinja2 3.1.

Writes conversations.jsonl (the templates of jinja/, on random conversations), expressions.jsonl
(random expressions), spaces.jsonl (random white space around tags) and statements.jsonl. The environment is that of
transformers' apply_chat_template.
"""
import json, pathlib, random
import jinja2, jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)

def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
env.filters["tojson"] = tojson
env.globals["raise_exception"] = raise_exception
env.globals["strftime_now"] = lambda format: "now"
rng = random.Random(20260101)
pick = rng.choice

def run(template, variables):
    try:
        return {"out": env.from_string(template).render(**variables)}
    except Exception as e:
        return {"error": str(e)}

def write(name, rows):
    with open(name, "w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")

# Conversations

PIECES = ["안녕하세요", "오늘 날씨", "hello", "World", " ", "\n", "  \n", "\t", "'", '"', "\\", "<b>", "😀", "é", "{{ x }}",
          "{% if %}", "</think>", "<think>", "[INST]", "<|im_start|>", "\u3000", "\u00a0", "1", "\x07", "ß", "，", "\u200b"]

def content():
    return "".join(pick(PIECES) for _ in range(rng.randint(0, 8)))

def conversation():
    roles = []
    if rng.random() < 0.5:
        roles.append("system")
    for i in range(rng.randint(1, 6)):
        roles.append(("user", "assistant")[i % 2] if rng.random() < 0.95 else pick(["user", "assistant", "system"]))
    return [{"role": r, "content": content()} for r in roles]

def conversations():
    for path in sorted(pathlib.Path("jinja").glob("*.jinja")):
        source = path.read_bytes().decode("utf-8")
        for _ in range(40):
            variables = {"messages": conversation(), "add_generation_prompt": rng.random() < 0.7,
                         "bos_token": "<s>", "eos_token": "</s>", "tools": None, "documents": None}
            if rng.random() < 0.2:
                variables["documents"] = [{"title": content(), "text": content()}, {"n": 1.5}]
                variables["tools"] = [{"type": "function", "function": {"name": "f", "parameters": {"a": [1, 2.0, None, True, {}], "b": []}}}]
            yield {"template": path.name, "variables": variables} | run(source, variables)

# Expressions

VARIABLES = {
    "s": "안녕 Hello World", "t": "  a,b,,c \n", "w": "it's \"x\" 😀\t", "e": "", "n": 7, "m": -3, "z": 0, "f": 2.5, "g": -1e15,
    "h": 0.1, "l": [3, 1, 2], "k": ["b", "A", "a", "C"], "o": [], "d": {"b": 1, "a": "x", "c": None}, "v": True, "x": None,
    "ms": [{"role": "user", "content": "하나 one", "n": 2}, {"role": "assistant", "content": "둘", "n": 1}, {"role": "user", "content": "", "n": 3}]}
STR = ["s", "t", "w", "e", "'가나다'", "'a\\nb'", '"it\'s"', "'x' 'y'", "ms[0].content", "ms[1]['role']", "d.a", "k[1]"]
INT = ["n", "m", "z", "0", "1", "2", "3", "10", "l[0]", "ms[2].n", "1_000"]
NUM = ["f", "h", "1.5", "2e3", "1e-7", "g"]
BOOL = ["v", "true", "False", "not v", "x is none", "u is defined", "n is odd", "s is string", "d is mapping"]
LIST = ["l", "k", "o", "[1, 2, 3]", "['x', 'y']", "(1, 'a')", "range(4)|list", "ms|map(attribute='role')|list", "d.keys()|list", "[n, [m, 'q'], {}]"]
MISC = ["x", "u", "d", "ms", "ms[0]", "{'k': 1, 2: 'z'}", "{}", "()", "(1,)", "ms[9]", "d.zz", "d['zz']", "ms|list"]

def text(k):
    if k <= 0: return pick(STR)
    return pick([
        lambda: f"{text(k-1)} ~ {anything(k-1)}", lambda: f"({text(k-1)} + {text(k-1)})", lambda: f"({text(k-1)})|trim",
        lambda: f"({text(k-1)})|upper", lambda: f"({text(k-1)}).lower()", lambda: f"({text(k-1)})|title", lambda: f"({text(k-1)}).title()",
        lambda: f"({text(k-1)})|capitalize", lambda: f"({text(k-1)})|replace({text(0)}, {text(0)})", lambda: f"({text(k-1)}).replace('a', {text(k-1)})",
        lambda: f"({text(k-1)})[{slice_(k-1)}]", lambda: f"({anything(k-1)})|string", lambda: f"({anything(k-1)})|tojson",
        lambda: f"({anything(k-1)})|tojson(indent={pick(['0', '1', '2'])})", lambda: f"({listing(k-1)})|join({pick(['', repr(', '), 's'])})",
        lambda: f"({text(k-1)}).strip({pick(['', repr(' a'), 't'])})", lambda: f"({text(k-1)}).lstrip()", lambda: f"({text(k-1)}).rstrip('c b')",
        lambda: f"({text(k-1)} if {truth(k-1)} else {text(k-1)})", lambda: f"({text(k-1)})|indent({pick(['2', '4', 'first=true', '1, true, true'])})",
        lambda: f"({text(k-1)} * {pick(['0', '1', '2', '-1'])})", lambda: f"({text(k-1)})|default({text(0)}, true)", lambda: f"({text(k-1)})|reverse",
        lambda: f"'%s-%s'|format({anything(k-1)}, {text(k-1)})", lambda: f"'{{}}|{{}}'.format({number(k-1)}, {text(k-1)})", lambda: f"({text(k-1)})|first|default('-')",
        lambda: f"({text(k-1)}).split({pick([repr(','), '', repr(' '), repr(' ') + ', 1', 's'])})[{pick(['0', '-1', '1'])}]|default('?')",
        lambda: f"({text(k-1)}).removeprefix('  a')", lambda: f"({text(k-1)}).zfill(9)", lambda: f"({text(k-1)}).ljust(6, '*')"])()

def slice_(k):
    b = lambda: pick(["", "0", "1", "-1", "2", "-2", "5", "-9"])
    return pick([f"{b()}:{b()}", f"{b()}:{b()}:{pick(['1', '-1', '2', '-2', ''])}", f"::{pick(['-1', '3'])}"])

def integer(k):
    if k <= 0: return pick(INT)
    return pick([
        lambda: f"({integer(k-1)} {pick(['+', '-', '*', '//', '%'])} {integer(k-1)})", lambda: f"({anything(k-1)})|length", lambda: f"({text(k-1)})|int",
        lambda: f"-{integer(k-1)}", lambda: f"({number(k-1)})|int({pick(['', '5'])})", lambda: f"({text(k-1)}).count('a')", lambda: f"({text(k-1)}).find({text(0)})",
        lambda: f"({integer(k-1)})|abs", lambda: f"({listing(k-1)})|count", lambda: f"{integer(0)} ** {pick(['0', '1', '2', '3'])}", lambda: f"({text(k-1)}).rfind('l')"])()

def number(k):
    if k <= 0: return pick(NUM + INT)
    return pick([
        lambda: f"({number(k-1)} {pick(['+', '-', '*', '/', '//', '%'])} {number(k-1)})", lambda: f"({number(k-1)})|round({pick(['', '1', '2', '0, ' + repr('ceil'), '1, ' + repr('floor')])})",
        lambda: f"({integer(k-1)})|float", lambda: f"-{number(0)}", lambda: f"({text(k-1)})|float({number(0)})", lambda: integer(k), lambda: f"{number(0)} ** {pick(['2', '-1'])}", lambda: f"{pick(['f', 'h', '2', '10'])} ** 0.5"])()

def truth(k):
    if k <= 0: return pick(BOOL)
    return pick([
        lambda: f"({anything(k-1)} {pick(['==', '!='])} {anything(k-1)})", lambda: f"({number(k-1)} {pick(['<', '<=', '>', '>='])} {number(k-1)})",
        lambda: f"({text(k-1)} {pick(['<', '<=', '>', '>='])} {text(k-1)})", lambda: f"({truth(k-1)} {pick(['and', 'or'])} {anything(k-1)})", lambda: f"not {anything(k-1)}",
        lambda: f"({text(k-1)} {pick(['in', 'not in'])} {text(k-1)})", lambda: f"({anything(k-1)} in {listing(k-1)})", lambda: f"({text(0)} in d)",
        lambda: f"({anything(k-1)}) is {pick(['', 'not '])}{pick(['defined', 'none', 'string', 'number', 'integer', 'float', 'boolean', 'mapping', 'iterable', 'sequence', 'true', 'false'])}",
        lambda: f"({integer(k-1)}) is {pick(['odd', 'even', 'divisibleby 3', 'divisibleby(2)', 'eq(1)', 'in [1, 2, 7]', 'gt 2', 'lt(3)'])}",
        lambda: f"({text(k-1)}).startswith({pick(['s', repr('a'), '(' + repr('a') + ', ' + repr('안') + ')'])})", lambda: f"({text(k-1)}).endswith('d')", lambda: f"{integer(0)} < {integer(0)} <= {integer(0)}",
        lambda: f"({text(k-1)}).isdigit()", lambda: f"({text(k-1)}).isalpha()", lambda: f"({text(k-1)}).isspace()", lambda: f"({text(k-1)}) is {pick(['lower', 'upper'])}"])()

def listing(k):
    if k <= 0: return pick(LIST)
    return pick([
        lambda: f"({listing(k-1)})[{slice_(k-1)}]", lambda: f"({listing(k-1)})|list", lambda: f"({text(k-1)})|list", lambda: f"({text(k-1)}).split({pick(['', repr(','), repr('a') + ', 1'])})",
        lambda: f"[{anything(k-1)}, {anything(k-1)}]", lambda: f"({text(k-1)}).splitlines()", lambda: f"(({listing(k-1)})|list + [{anything(k-1)}])", lambda: f"({listing(k-1)})|reverse|list",
        lambda: f"l|sort({pick(['', 'true', 'reverse=true'])})", lambda: f"k|sort({pick(['', 'case_sensitive=true'])})", lambda: f"(k + {pick(['k', '[]', '[' + repr('a') + ']'])})|unique|list",
        lambda: f"ms|map(attribute={pick([repr('content'), repr('n'), repr('zz') + ', default=0'])})|list", lambda: f"ms|selectattr('role', 'equalto', 'user')|list", lambda: "ms|rejectattr('content')|map(attribute='n')|list",
        lambda: f"({listing(k-1)})|select({pick(['', repr('string'), repr('number'), repr('in') + ', [1, ' + repr('a') + ']'])})|list", lambda: f"({listing(k-1)})|reject('none')|list",
        lambda: f"({listing(k-1)})|map({pick([repr('string'), repr('tojson'), repr('default') + ', 1'])})|list", lambda: "d.items()|list", lambda: "d|items|list", lambda: f"d|dictsort({pick(['', 'reverse=true'])})",
        lambda: f"({listing(k-1)})|batch({pick(['2', '3, 0'])})|list", lambda: f"range({pick(INT[:8])}, {pick(INT[:8])}, {pick(['1', '2', '-1'])})|list", lambda: "d.values()|list", lambda: f"({anything(0)})|selectattr('n')|list", lambda: f"({anything(0)})|map('string')|list", lambda: "ms|sort(attribute='n')"])()

def anything(k):
    return pick([text, text, integer, number, truth, listing, lambda k: pick(MISC), chaos])(k)

def chaos(k):
    """Mostly errors, on which both must agree."""
    a, b = pick([text, integer, number, truth, listing, lambda k: pick(MISC)]), pick([text, integer, number, listing, lambda k: pick(MISC)])
    return pick([
        lambda: f"({a(k-1)} {pick(['+', '-', '*', '/', '<', 'in', '%'])} {b(k-1)})", lambda: f"({a(k-1)})[{b(0)}]", lambda: f"({a(k-1)})|{pick(['first', 'last', 'int', 'float', 'abs', 'sum', 'min', 'max', 'list', 'length', 'join'])}",
        lambda: f"({a(k-1)}).{pick(['content', 'items', 'get', 'a', 'upper', 'zz'])}", lambda: f"({a(k-1)})({b(0)})", lambda: f"{{{pick([text, integer, truth])(0)}: {b(0)}}}"])()

def expressions():
    seen = set()
    while len(seen) < 4000:
        e = pick([text, integer, number, truth, listing, anything])(rng.randint(1, 3))
        if e in seen or len(e) > 300: continue
        seen.add(e)
        row = run("{{ " + e + " }}", VARIABLES)
        out = row.get("out", "")
        # Values that Python prints by their address, or that no 64 bits hold, are none of ours.
        if " at 0x" in out or " object" in out or "<built-in" in out or "range(" in out or len(out) > 2000: continue
        if "dict_" in out or any(len(run_) > 18 for run_ in out.replace(".", " ").split() if run_.lstrip("-").isdigit()): continue
        yield {"expression": e} | row

# White space

def spaces():
    gap = lambda: "".join(pick([" ", "\n", "\t", "a", "\r\n", "  ", "\n\n", "{", "}"]) for _ in range(rng.randint(0, 4)))
    sign = lambda: pick(["", "", "-", "+"])
    def piece():
        return pick([
            lambda: "{%" + sign() + " set q = 1 " + sign() + "%}", lambda: "{{" + pick(["", "-"]) + " n " + pick(["", "-"]) + "}}",
            lambda: "{#" + sign() + " c " + sign() + "#}", lambda: "{%" + sign() + " if v " + sign() + "%}" + gap() + "{%" + sign() + " endif " + sign() + "%}",
            lambda: "{%" + sign() + " raw " + pick(["", "-"]) + "%}" + gap() + "{{ n }}" + gap() + "{%" + sign() + " endraw " + sign() + "%}",
            lambda: "{%" + sign() + " for i in [1,2] " + sign() + "%}" + gap() + "{{ i }}" + gap() + "{%" + sign() + " endfor " + sign() + "%}",
            lambda: "{%" + sign() + " set r " + sign() + "%}" + gap() + "{%" + sign() + " endset " + sign() + "%}{{ r }}",
            lambda: "{{ {'a': {'b': 1}} }}", lambda: "{{ '}}' }}"])()
    for _ in range(1500):
        t = gap() + "".join(piece() + gap() for _ in range(rng.randint(1, 4)))
        yield {"template": t} | run(t, VARIABLES)

# Statements, one at a time

STATEMENTS = r"""
{% for i in l %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}
{% for i in o %}{{ i }}{% else %}none{% endfor %}
{% for i in u %}{{ i }}{% else %}none{% endfor %}
{% for i in l if i > 9 %}{{ i }}{% else %}none{% endfor %}
{% for i in l if i > 1 %}{{ loop.index }}/{{ loop.length }}:{{ i }} {% endfor %}
{% for i in k %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.depth }}{{ loop.cycle('x', 'y') }} {% endfor %}
{% for i in k %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem|default('end') }} {% endfor %}
{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %}
{% for i in [1, 2] %}{% for j in [1, 2] %}{{ loop.depth }}{{ loop.index }}{{ i * j }} {% endfor %}{% endfor %}
{% for a, b in [[1, 2], [3, 4]] %}{{ a }}-{{ b }} {% endfor %}
{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for a, b in [[1, 2, 3]] %}{{ a }}{% endfor %}
{% for key, value in d.items() %}{{ key }}={{ value }};{% endfor %}
{% for key in d %}{{ key }};{% endfor %}
{% for c in '한글' %}{{ c }}.{% endfor %}
{% for i in 1, 2, 3 %}{{ i }}{% endfor %}
{% for i in 5 %}{{ i }}{% endfor %}
{% set y = 1 %}{% for i in l %}{{ y }}{% set y = i %}{% endfor %}{{ y }}
{% set y = 1 %}{% if v %}{% set y = 2 %}{% endif %}{{ y }}
{% set ns = namespace(y=1, z='a') %}{% for i in l %}{% set ns.y = ns.y + i %}{% endfor %}{{ ns.y }}{{ ns.z }}{{ ns.w }}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a + ns.b }}
{% set d.a = 1 %}
{% set a, b = 1, 2 %}{{ a }}{{ b }}
{% set a, b = [1, 2, 3] %}
{% set a = 1, %}{{ a }}
{% set x | upper | replace('A', 'b') %}a{{ n }}c{% endset %}{{ x }}
{% set x %}{% for i in l %}{{ i }}{% endfor %}{% endset %}{{ x ~ x }}
{% if n > 9 %}a{% elif n > 5 %}b{% else %}c{% endif %}
{% if u %}a{% elif z %}b{% else %}c{% endif %}
{% if not u and o == [] or 0 %}a{% endif %}
{% if v is true and n is not none %}a{% endif %}
{% macro m(a, b='x', c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, 2) }} {{ m(c=3, a=1) }} {{ m() }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}
{% macro m(k) %}{% if k > 0 %}{{ k }}{{ m(k - 1) }}{% endif %}{% endmacro %}{{ m(5) }}
{% set q = 1 %}{% macro m() %}{{ q }}{% endmacro %}{% set q = 2 %}{{ m() }}
{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}x{{ n }}{% endcall %}
{% macro m() %}<{{ caller(1, 2) }}>{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}
{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}
{% filter upper %}a{{ e }}b{% endfilter %}
{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a is defined }}
{% set j = joiner('; ') %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}
{% set c = cycler('a', 'b') %}{% for i in l %}{{ c.next() }}{% endfor %}{{ c.current }}
{{ dict(a=1, b='x') }}{{ dict({'k': 1}) }}{{ dict({'k': 1}, j=2)['j'] }}
{{ raise_exception('told ' ~ n) }}
{{ d.get('a') }}{{ d.get('q') }}{{ d.get('q', 'f') }}{{ d['get'] is defined }}
{{ d.items }}{{ u.x }}
{{ d.b }}{{ d['b'] }}{{ d.keys() | list }}{{ l.0 }}{{ l[-1] }}{{ l[9] }}
{{ l.append(4) }}
{{ ''.__class__ }}{{ d.__class__ is defined }}
{{ 1 if v }}{{ 2 if z }}{{ 'a' if z else 'b' if z else 'c' }}
{{ 'a' 'b' }}{{ "\x41\u00e9\n\t\\\'\q\101" ~ '\U0001F600' }}{{ 1_0 }}{{ 1.5e3 }}{{ -2 ** 2 }}{{ 2 ** 3 ** 2 }}
{{ 1, 2 }}{{ (1,) }}{{ () }}{{ [] }}{{ {} }}{{ {'a': [1, {'b': none}]} }}
{{ none | selectattr('a') | list }}{{ none | map('upper') | list }}
{{ n | nosuch }}
{{ n is nosuch }}
{{ n | upper('x') }}
{{ s | replace('l', 'L', 2) }}{{ s | replace(old='l', new='_') }}
{{ ms | map(attribute='role') | join(' ') }}{{ ms | join(', ', attribute='n') }}{{ ms | sum(attribute='n') }}
{{ ms | selectattr('n', 'ge', 2) | map(attribute='content') | list }}
{{ l | map('float') | list }}{{ k | map('replace', 'A', 'z') | list }}{{ [[1], [2, 3]] | map('first') | list }}
{{ d | tojson }}{{ d | tojson(sort_keys=true) }}{{ d | tojson(separators=(',', ':')) }}{{ w | tojson(ensure_ascii=true) }}
{{ [1, 'a', none, true, 1.0, {'k': []}] | tojson(indent=2) }}
{% include 'x' %}
{% if v %}
{{ n }
{{ n }}}
{% endif %}
{% else %}
{% raw %}{{ x }}{% raw %}{% endraw %}
{# {{ x }} #}{{ n }}{#- a -#} b
"""

def statements():
    for template in STATEMENTS.strip().split("\n"):
        yield {"template": template} | run(template, VARIABLES)

write("conversations.jsonl", conversations())
write("expressions.jsonl", [{"variables": VARIABLES}, *expressions()])
write("spaces.jsonl", spaces())
write("statements.jsonl", statements())
