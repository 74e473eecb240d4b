#!/usr/bin/env python3
"""Rebuilds the lists of this folder that are made by counting and choosing.

    python3 dictionaries/build.py ../shared [--only places,names,...]

Reads the lists and corpora in the given folder and the hand-written additions in `extra/`; writes
syllables.txt, words.txt, provinces_63.txt, provinces_34.txt, places.txt, abbreviations.txt, surnames.txt and
given_names.txt beside itself. The same input gives the same bytes. Standard library only; about ten minutes
and 1.2 GB of memory, nearly all of it for counting (words, syllables, abbreviations).
"""
import csv
import gzip
import hashlib
import json
import math
import os
import re
import sys
import unicodedata
from collections import Counter, defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))

LOWER = ("aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstu"
         "ùủũúụưừửữứựvwxyỳỷỹýỵz")
RUN = re.compile(r"(?<!\w)[%s]+(?: [%s]+)+(?!\w)" % (LOWER, LOWER))
TOKEN = re.compile(r"[^\W_]+(?:&[^\W_]+)*")

# Thresholds of the lists, chosen by looking at samples on both sides of each.
SYLLABLE_MIN = 3          # occurrences of a syllable that a list of attested ones holds
PAIR_MIN = 20             # occurrences of two syllables side by side
PAIR_NPMI = 0.33          # how much the two belong together, -1 to 1
LISTED_NPMI = 0.10        # the same, for a word that a dictionary holds
CHAIN_MIN = 60            # occurrences of a word of three or four syllables
CHAIN_NPMI = 0.5
BOUND = 4                 # a syllable so many times oftener in a pair than alone is a piece of a word
SURVIVAL = 0.5            # share of a pair's occurrences left after each line is cut at its strongest pairs
ABBREVIATION_MIN = 20

# General text: words are counted in it, abbreviations are not.
GENERAL = {"hddtvn_baiviet.jsonl.gz", "tnt305_khac.jsonl.gz", "vietnews_tin.jsonl.gz"}

# Syllables that end or begin phrases but not words.
FUNCTION = set("và của các những một mỗi mọi được bị bởi cho với về tại trong ngoài trên dưới sau trước từ đến tới theo "
               "để khi nếu thì mà là có không chưa đã đang sẽ này đó kia ấy rất hơn nhất như cũng vẫn còn chỉ do vì nên "
               "sang ra vào lên xuống qua lại rằng bằng giữa hay hoặc cùng hai ba bốn năm sáu bảy tám chín".split())

# Slips and bare consonants that the lists of attested syllables hold.
NOT_SYLLABLES = set("gii gỉa gịa iên iếng ka kon kạn poem pênh quim quọ top".split()) | set("bcdđghklmnpqrstvx")


def nfc(text):
    # U+00D0 (Eth) stands for U+0110 in many files.
    return unicodedata.normalize("NFC", text).replace("\u00d0", "Đ")


OPEN = {}
for new, old in zip("oà oả oã oá oạ oè oẻ oẽ oé oẹ uỳ uỷ uỹ uý uỵ".split(),
                    "òa ỏa õa óa ọa òe ỏe õe óe ọe ùy ủy ũy úy ụy".split()):
    for a, b in ((new, old), (new.upper(), old.upper()), (new.capitalize(), old.capitalize())):
        OPEN[a] = b
OPEN_AT_END = re.compile(r"(?<![qQ])(%s)(?!\w)" % "|".join(OPEN))


def fold(text):
    """The traditional tone placement: hoà -> hòa."""
    return OPEN_AT_END.sub(lambda m: OPEN[m.group()], text)


def read_lines(*parts):
    with open(os.path.join(*parts), encoding="utf-8-sig") as file:
        return [nfc(line.strip()) for line in file if line.strip()]


def extra(name):
    return [line for line in read_lines(HERE, "extra", name) if not line.startswith("#")]


def write(name, entries):
    entries = sorted(set(entries))
    text = "".join(entry + "\n" for entry in entries)
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    print(f"{name}: {len(entries)} entries, {len(text.encode())} bytes", flush=True)


def lines_of(shared):
    """Each distinct line of the corpora, once, with the name of its file."""
    seen = set()
    folder = os.path.join(shared, "corpora")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".jsonl.gz"):
            continue
        with gzip.open(os.path.join(folder, name), "rt", encoding="utf-8") as file:
            for record in file:
                for line in json.loads(record)["text"].split("\n"):
                    if len(line) < 8:
                        continue
                    key = hashlib.blake2b(line.encode(), digest_size=8).digest()
                    if key not in seen:
                        seen.add(key)
                        yield name, line


def count(shared):
    """Occurrences of tokens, of tokens in official papers, and of pairs of small-letter syllables."""
    tokens, official, pairs = Counter(), Counter(), Counter()
    for name, line in lines_of(shared):
        found = TOKEN.findall(line)
        tokens.update(found)
        if name not in GENERAL:
            official.update(token for token in found if token.isupper())
        for run in RUN.findall(line):
            run = run.split(" ")
            pairs.update(zip(run, run[1:]))
    return tokens, official, pairs


def npmi(pairs, minimum):
    """Normalised pointwise mutual information of each pair seen often enough."""
    left, right, total = Counter(), Counter(), sum(pairs.values())
    for (a, b), n in pairs.items():
        left[a] += n
        right[b] += n
    return {
        (a, b): math.log(n * total / (left[a] * right[b])) / -math.log(n / total)
        for (a, b), n in pairs.items() if n >= minimum
    }


def cut(run, strength):
    """Joins the strongest pairs of a run first; each syllable is in one word at most."""
    found = sorted((-strength[pair], i) for i, pair in enumerate(zip(run, run[1:])) if pair in strength)
    taken, starts = set(), set()
    for _, i in found:
        if i not in taken and i + 1 not in taken:
            taken.update((i, i + 1))
            starts.add(i)
    out, i = [], 0
    while i < len(run):
        step = 2 if i in starts else 1
        out.append(" ".join(run[i:i + step]))
        i += step
    return out


def listed_words(shared):
    """Words of permissive dictionaries: keys of underthesea's own, expansions of abbreviations (soe-vinorm)."""
    words = set()
    for line in read_lines(shared, "lists/words/underthesea_COL_dictionary.yaml"):
        key = re.match(r"^([^\s:#-][^:]*):$", line)
        if key and not line.startswith(("tag:", "description:", "examples:")):
            words.add(fold(key.group(1).strip("'\"").lower()))
    for line in read_lines(shared, "lists/abbrev/soe_vinorm_abbreviations.txt"):
        for expansion in line.partition(":")[2].split(","):
            if expansion.strip() == expansion.strip().lower():
                words.add(fold(expansion.strip()))
    return {w for w in words if 2 <= len(w.split(" ")) <= 5 and RUN.fullmatch(w)}


def make_words(shared, pairs, syllables):
    folded = Counter()
    for (a, b), n in pairs.items():
        a, b = fold(a), fold(b)
        if a in syllables and b in syllables:
            folded[a, b] += n
    score = npmi(folded, PAIR_MIN)
    listed = {w for w in listed_words(shared) if all(s in syllables for s in w.split(" "))}
    strong = {
        pair: s for pair, s in score.items()
        if s >= PAIR_NPMI or (s >= LISTED_NPMI and " ".join(pair) in listed)
    }
    kept, chains, singles = Counter(), Counter(), Counter()
    for _, line in lines_of(shared):
        for run in RUN.findall(line):
            words = cut(fold(run).split(" "), strong)
            for word in words:
                (kept if " " in word else singles)[word] += 1
            chains.update((a, b) for a, b in zip(words, words[1:]) if " " in a or " " in b)
    bound = Counter()
    for word, n in kept.items():
        for syllable in word.split(" "):
            bound[syllable] += n
    words = {
        f"{a} {b}" for (a, b) in strong
        if kept[f"{a} {b}"] >= SURVIVAL * folded[a, b] or f"{a} {b}" in listed
    }
    for (a, b), s in npmi(chains, CHAIN_MIN).items():
        word = f"{a} {b}"
        parts = word.split(" ")
        # A single syllable that nearly always stands in a word of two is a piece of one (`nhập cư bất` + `hợp pháp`).
        loose = (a, b)[" " in a]
        piece = " " not in loose and bound[loose] > BOUND * singles[loose]
        known = len(parts) <= 4 and all(x in syllables for x in parts)
        if s >= CHAIN_NPMI and known and not piece and not {parts[0], parts[-1]} & FUNCTION:
            words.add(word)
    for word in listed:
        parts = word.split(" ")
        if len(parts) > 2 and all(folded[pair] >= PAIR_MIN for pair in zip(parts, parts[1:])):
            words.add(word)
    return words


def make_syllables(shared, tokens):
    attested = {fold(s.lower()) for s in read_lines(shared, "lists/syllables/uts_syllables_v1_2022.txt")}
    possible = {fold(s.lower()) for s in read_lines(shared, "lists/syllables/soe_vinorm_vietnamese-syllables.txt")}
    seen = Counter()
    for token, n in tokens.items():
        seen[fold(token.lower())] += n
    chosen = {s for s in attested & possible if seen[s] >= SYLLABLE_MIN} | set(extra("syllables.txt"))
    return chosen - NOT_SYLLABLES


def admin_rows(shared, name):
    with open(os.path.join(shared, "lists/admin_units", name), encoding="utf-8") as file:
        return [{k: fold(nfc(v.strip())) for k, v in row.items()} for row in csv.DictReader(file, delimiter="\t")]


def make_places(before, after, provinces):
    levels = defaultdict(set)

    def add(name, level):
        name = re.sub(r"\s*\(.*?\)", "", name).strip()
        # Numbered ones (`Phường 5`, `Tân Lập 1`, `Cây Trường II`): without the number, if a name is left.
        bare = re.sub(r"\s+", " ", re.sub(r"\d+|(?<= )[IVX]+$|^[IVX]+$", "", name)).strip()
        if level and bare and (bare == name or " " in bare):
            name = bare
            levels[name].add(level.lower())

    for row in before:
        add(row["districtShort"], row["districtType"])
        add(row["wardShort"], row["wardType"])
    for row in after:
        add(row["wardShort"], row["wardType"])
    for line in extra("places.txt"):
        name, _, level = line.partition("\t")
        add(name, level)
    # The program compares names by giving each word one capital: `Đắk R'Lấp` is listed as `Đắk R'lấp`.
    levels = {" ".join(w[:1].upper() + w[1:].lower() for w in name.split(" ")): kinds for name, kinds in levels.items()}
    parts = {part.lower() for name in [*levels, *provinces] for part in re.split("[ -]+", name) if part}
    write("place_parts.txt", parts)
    write("places.txt", (f"{name}\t{', '.join(sorted(kinds))}" for name, kinds in levels.items()))


def make_provinces(shared, before, after):
    def level(row):
        return "thành phố" if row["province"].startswith("Thành phố") else "tỉnh"

    with open(os.path.join(shared, "lists/admin_units/converter_2025.json"), encoding="utf-8") as file:
        merged = json.load(file)["DICT_PROVINCE"]

    def key(name):
        bare = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
        return re.sub(r"[^a-z]", "", bare.replace("đ", "d"))

    new_names = {key(row["province"]): row["provinceShort"] for row in after}
    successor = {old: new_names[new] for new, olds in merged.items() for old in olds}
    # The source names it as it was called in its last half year; it was Thừa Thiên Huế from 1989 to 2024.
    rename = {"Huế": "Thừa Thiên Huế"}
    write("provinces_63.txt", (
        f"{rename.get(row['provinceShort'], row['provinceShort'])}\t"
        f"{'tỉnh' if row['provinceShort'] in rename else level(row)}\t{successor[key(row['province'])]}"
        for row in before))
    write("provinces_34.txt", (f"{row['provinceShort']}\t{level(row)}" for row in after))


def make_names(shared, possible):
    def component(name):
        return fold(name) if name[:1].isupper() and name[1:].islower() and fold(name.lower()) in possible else None

    surnames = {component(line.partition("\t")[0]) for line in read_lines(shared, "lists/names/ho_tansuat_tu_uit.tsv")}
    write("surnames.txt", (surnames | set(extra("surnames.txt"))) - {None} - set(extra("not_surnames.txt")))
    given = set()
    for name in ("ten_tansuat_tu_uit.tsv", "dem_tansuat_tu_uit.tsv", "duyet_namedb_boy_one_word.txt",
                 "duyet_namedb_girl_one_word.txt"):
        given |= {component(line.partition("\t")[0]) for line in read_lines(shared, "lists/names", name)}
    write("given_names.txt", given - {None})


def make_abbreviations(shared, official, syllables):
    expansions = defaultdict(list)
    for name, mark in (("soe_vinorm_abbreviations.txt", ":"), ("vinormx_acronyms_dict.txt", "#")):
        for line in read_lines(shared, "lists/abbrev", name):
            short, _, long = line.partition(mark)
            for one in long.split(","):
                if one.strip():
                    expansions[short.strip().upper()].append(fold(one.strip()))
    unwanted = set(extra("not_abbreviations.txt"))
    roman = re.compile(r"[IVXLCDM]+")
    entries = {}
    for short, longs in expansions.items():
        if official[short] < ABBREVIATION_MIN or len(short) < 2 or roman.fullmatch(short) or short in unwanted:
            continue
        if not re.fullmatch(r"[A-ZĂÂĐÊÔƠƯ&]+", short) or fold(short.lower()) in syllables:
            continue
        # The expansion whose syllables begin with the letters of the abbreviation, else none is trusted.
        for long in longs:
            initials = "".join(w[0] for w in re.findall(r"\w+", long)).upper()
            if initials == short.replace("&", "") and all(fold(w) in syllables for w in re.findall(r"\w+", long.lower())):
                entries.setdefault(short, long)
    for line in extra("abbreviations.txt"):
        short, _, long = line.partition("\t")
        entries[short] = long
    write("abbreviations.txt", (f"{short}\t{long}" for short, long in entries.items()))


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: build.py SHARED [--only places,names,counted]")
    shared = sys.argv[1]
    only = sys.argv[3].split(",") if sys.argv[2:3] == ["--only"] else ["places", "names", "counted"]
    if "places" in only:
        before = admin_rows(shared, "don_vi_hanh_chinh_63tinh_truoc_2025-07-01.tsv")
        after = admin_rows(shared, "don_vi_hanh_chinh_34tinh_tu_2025-07-01.tsv")
        make_provinces(shared, before, after)
        provinces = {row["provinceShort"] for row in before + after} | set(read_lines(HERE, "provinces_former.txt"))
        provinces |= {line.split("\t")[0] for line in read_lines(HERE, "province_aliases.txt")}
        make_places(before, after, provinces)
    if "names" in only:
        make_names(shared, {fold(s.lower()) for s in read_lines(shared, "lists/syllables/soe_vinorm_vietnamese-syllables.txt")})
    if "counted" in only:
        tokens, official, pairs = count(shared)
        syllables = make_syllables(shared, tokens)
        write("syllables.txt", syllables)
        make_abbreviations(shared, official, syllables)
        write("words.txt", make_words(shared, pairs, syllables))


main()
