//! How each line of a text is treated: which engine's damage it shows, or that it is not Vietnamese at all.
//!
//! A file may hold pages of two engines, a paragraph typed without marks, a passage in English. What counts is what
//! stands in the line: letters with marks, words that are spelt like syllables, words that are not. Where a line is
//! too short to say, it is taken for what the whole text is.

use super::channel::Profile;
use super::lattice::Slot;
use crate::normalise::token::Shape;
use crate::syllable::{is_bare_syllable, is_letter};

/// How a line is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It is repaired, with this damage expected.
    Repair(Profile),
    /// It is in another language and stays as it is.
    Leave,
}

/// Fewest words of a line that can be told to be of another language by itself: fewer may be garble.
const TELLING: usize = 8;
/// Fewest words of lines that can be told to have lost their marks.
const SEVERAL_WORDS: usize = 5;
/// Letters of a line that tells whether it has kept its marks: four in ten letters of Vietnamese carry one, one in
/// eight a mark that no engine without Vietnamese puts, so that so many letters without any are no accident.
const ANY: u32 = 25;
const DEEP: u32 = 60;
/// So many letters with such marks are no slip of an engine that has none.
const SEVERAL: u32 = 2;

/// What stands in a line.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    letters: Letters,
    /// Words with small letters, two letters or more.
    words: usize,
    /// Those that are spelt like syllables, their marks aside.
    syllables: usize,
    /// Those that the model knows, and that are no Vietnamese words.
    foreign: usize,
}

/// Letters, and those of them that carry marks.
#[derive(Debug, Clone, Copy, Default)]
struct Letters {
    all: u32,
    marked: u32,
    /// Those with marks that no engine without Vietnamese puts: horn, bar, breve, hook, dot below, two marks.
    deep: u32,
    /// Small letters without marks that a digit follows.
    mixed: u32,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut out = Self::default();
        let mut small = false;
        for c in text.chars() {
            if c.is_ascii() {
                out.mixed += u32::from(small && c.is_ascii_digit());
                small = c.is_ascii_lowercase();
                out.all += u32::from(c.is_ascii_alphabetic());
                continue;
            }
            small = false;
            if is_letter(c) {
                out.all += 1;
                out.marked += 1;
                out.deep += u32::from(matches!(
                    c,
                    '\u{1EA0}'..='\u{1EF9}' | 'ơ' | 'ư' | 'đ' | 'Đ' | 'Ơ' | 'Ư' | 'ă' | 'Ă'
                ));
            }
        }
        out
    }

    /// Those of several lines.
    fn sum(lines: &[Line]) -> Self {
        lines.iter().fold(Self::default(), |sum, line| Self {
            all: sum.all + line.letters.all,
            marked: sum.marked + line.letters.marked,
            deep: sum.deep + line.letters.deep,
            mixed: sum.mixed + line.letters.mixed,
        })
    }

    /// Whether the marks of Vietnamese are there.
    fn kept(self) -> bool {
        self.deep * 20 >= self.all.max(1)
    }

    /// Whether they are gone, which a few letters cannot tell.
    fn lost(self) -> bool {
        self.deep == 0 && (self.all >= DEEP || self.marked == 0 && self.all >= ANY)
    }

    /// Which engine made the text: one without Vietnamese leaves hardly any letter with a mark of tone on a marked
    /// vowel, hook or dot below. A text without any mark is taken for stripped only when it is long and holds no
    /// digit among letters; a short one may as well have been read so.
    fn profile(self) -> Profile {
        if self.kept() {
            Profile::Marked
        } else if self.all >= 200 && self.marked * 200 < self.all && self.mixed * 200 < self.all {
            Profile::Stripped
        } else {
            Profile::Unmarked
        }
    }
}

impl Line {
    /// Whether it speaks for another language: the words that are none of Vietnamese are more than those that may be.
    fn leans_away(&self) -> bool {
        self.foreign > self.syllables && !self.letters.kept()
    }
}

/// How each line of `text`, which has the tokens `slots`, is treated, and the damage of most of it. All that is repaired
/// is repaired as `profile` says, if it says so. `is_known` tells which words the model knows.
pub fn treatments(
    text: &str,
    slots: &[Slot],
    profile: Option<Profile>,
    is_known: impl Fn(&str) -> bool,
) -> (Vec<Treatment>, Profile) {
    let line = |text| Line {
        letters: Letters::of(text),
        ..Line::default()
    };
    let mut lines: Vec<Line> = text.split('\n').map(line).collect();
    let whole = profile.unwrap_or_else(|| Letters::sum(&lines).profile());
    for slot in slots.iter().filter(|s| s.shape == Shape::Word) {
        let (line, token) = (&mut lines[slot.line], &text[slot.range.clone()]);
        // What has kept the marks of Vietnamese needs no further look.
        if line.letters.kept() || token.len() < 2 || !token.chars().any(char::is_lowercase) {
            continue;
        }
        line.words += 1;
        if is_bare_syllable(token) {
            line.syllables += 1;
        } else if token.is_ascii() && is_known(token) {
            line.foreign += 1;
        }
    }
    let mut out = vec![Treatment::Repair(whole); lines.len()];
    if profile.is_none() {
        by_marks(&lines, whole, &mut out);
    }
    leave(&lines, &mut out);
    (out, whole)
}

/// Lines that have kept their marks in a text that has not, and the other way round.
fn by_marks(lines: &[Line], whole: Profile, out: &mut [Treatment]) {
    if whole != Profile::Marked {
        let kept = |l: &Line| l.letters.deep >= SEVERAL && l.letters.kept();
        if !lines.iter().any(kept) {
            return;
        }
        let rest: Vec<Line> = lines.iter().copied().filter(|l| !kept(l)).collect();
        let rest = Letters::sum(&rest).profile();
        for (line, treatment) in lines.iter().zip(out) {
            *treatment = Treatment::Repair(if kept(line) { Profile::Marked } else { rest });
        }
        return;
    }
    // Lines in a row say together what one is too short to say.
    let mut at = 0;
    for run in lines.chunk_by(|a, b| a.letters.deep == 0 && b.letters.deep == 0) {
        let begin = at;
        at += run.len();
        let sum = |of: fn(&Line) -> usize| run.iter().map(of).sum::<usize>();
        let letters = Letters::sum(run);
        let (words, syllables) = (sum(|l| l.words), sum(|l| l.syllables));
        if letters.lost() && words >= SEVERAL_WORDS && 2 * syllables >= words {
            out[begin..at].fill(Treatment::Repair(letters.profile()));
        }
    }
}

/// Leaves the lines of which half of the words are of no Vietnamese, and those beside them that lean that way; lines
/// without letters lean no way, and are passed over.
fn leave(lines: &[Line], out: &mut [Treatment]) {
    let certain = |l: &Line| l.words >= TELLING && 2 * l.foreign >= l.words && l.leans_away();
    let lettered = |k: &usize| lines[*k].letters.all > 0;
    let away = |k: &usize| lines[*k].leans_away();
    for at in (0..lines.len()).filter(|&k| certain(&lines[k])) {
        // What stands around it was left with a line before.
        if out[at] == Treatment::Leave {
            continue;
        }
        let behind = (at..lines.len()).filter(lettered).take_while(away);
        let before = (0..at).rev().filter(lettered).take_while(away);
        behind.chain(before).for_each(|k| out[k] = Treatment::Leave);
    }
}

/// Which engine's damage a text shows, all its lines together.
pub fn detect(text: &str) -> Profile {
    Letters::of(text).profile()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::lattice::slots;

    const ENGLISH: &str = "The committee shall review every request within thirty working days\n\
        and publish the results of this review on their website.";
    const MARKED: &str =
        "Ủy ban nhân dân huyện yêu cầu các phòng, ban báo cáo kết quả trước ngày 20 tháng 5";
    const BARE: &str =
        "Uy ban nhan dan huyen yeu cau cac phong, ban bao cao ket qua truoc ngay 20 thang 5";

    fn of(text: &str) -> Vec<Treatment> {
        treatments(text, &slots(text), None, |_| true).0
    }

    #[test]
    fn english_is_left_between_lines_that_are_not() {
        let text = format!("{MARKED}\n{ENGLISH}\n{MARKED}");
        let repair = Treatment::Repair(Profile::Marked);
        assert_eq!(
            of(&text),
            [repair, Treatment::Leave, Treatment::Leave, repair]
        );
    }

    #[test]
    fn a_paragraph_without_marks_in_a_text_with_them_and_the_other_way_round() {
        let kept = Treatment::Repair(Profile::Marked);
        let lost = Treatment::Repair(Profile::Unmarked);
        let text = format!("{MARKED}\n{BARE}\n{MARKED}\n{MARKED}");
        assert_eq!(of(&text), [kept, lost, kept, kept]);
        // Twenty lines in which next to nothing is marked, and one that is.
        let text = format!("{}{MARKED}", format!("{BARE}\n").repeat(20));
        assert_eq!(of(&text)[20], kept);
        assert_eq!(of(&text)[0], Treatment::Repair(Profile::Stripped));
    }

    #[test]
    fn what_the_user_says_of_the_damage_holds_for_every_line() {
        let text = format!("{MARKED}\n{BARE}");
        let (forced, whole) = treatments(&text, &slots(&text), Some(Profile::Marked), |_| true);
        assert_eq!(forced, [Treatment::Repair(Profile::Marked); 2]);
        assert_eq!(whole, Profile::Marked);
    }
}
