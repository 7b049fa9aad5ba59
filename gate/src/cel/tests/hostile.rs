//! Expressions that want to take all time, memory or stack.

use super::super::*;
use super::result;

fn is_out_of_budget(source: &str) {
    let program = Program::compile(source).unwrap();
    let budget = Budget::new(1_000_000);
    let found = program.evaluate(Value::Int(7), None, &budget);
    assert!(matches!(found, Err(Fault::Budget { budget: 1_000_000 })), "{source:.80}: {found:.80?}");
    assert_eq!(budget.spent(), 1_000_000);
}

#[test]
fn loops_within_loops_end() {
    let ten = "[0,1,2,3,4,5,6,7,8,9]";
    let mut source = "true".to_owned();
    for depth in 0..12 {
        source = format!("{ten}.all(x{depth}, {source})");
    }
    is_out_of_budget(&source);
    is_out_of_budget("lists.range(100000).map(x, lists.range(100000))");
    is_out_of_budget("lists.range(1000000).all(x, true)");
    is_out_of_budget("lists.range(5000).distinct()");
}

#[test]
fn texts_that_double_end() {
    let mut source = "x".to_owned();
    for _ in 0..60 {
        source = format!("cel.bind(x, x + x, {source})");
    }
    is_out_of_budget(&format!("cel.bind(x, 'aaaaaaaaaaaaaaaa', {source})"));
    let mut lists = "x".to_owned();
    for _ in 0..60 {
        lists = format!("cel.bind(x, x + x, {lists})");
    }
    is_out_of_budget(&format!("cel.bind(x, [1], {lists})"));
    let mut replaced = "'aaaaaaaa'".to_owned();
    for _ in 0..30 {
        replaced = format!("{replaced}.replace('a', 'aaaaaaaa')");
    }
    is_out_of_budget(&replaced);
}

#[test]
fn values_that_share_are_compared_within_the_budget() {
    let mut source = "x == x".to_owned();
    for _ in 0..60 {
        source = format!("cel.bind(x, [x, x], {source})");
    }
    is_out_of_budget(&format!("cel.bind(x, [1], {source})"));
}

#[test]
fn regular_expressions_stay_small() {
    assert!(
        result("'a'.matches('(a{1000}){1000}')", Value::Null).starts_with("compile: this regular expression")
    );
    assert_eq!(result("('a' + 'a').matches('(a*)*b')", Value::Null), "false");
    is_out_of_budget("lists.range(1000).all(x, 'a'.matches('a' + string(x)) || true)");
}

#[test]
fn nesting_is_bounded() {
    let deep = [
        format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{}true", "!".repeat(100_000)),
        format!("{}1", "-".repeat(100_000)),
        format!("1{}", "+1".repeat(10_000)),
        format!("self{}", ".a".repeat(10_000)),
        format!("self{}", "[0]".repeat(10_000)),
        format!("{}1{}", "true?", ":true?1".repeat(10_000)),
        format!("{}1{}", "size(".repeat(10_000), ")".repeat(10_000)),
        format!("self{}", ".size()".repeat(10_000)),
    ];
    for source in deep {
        let error = Program::compile(&source).unwrap_err();
        assert!(error.message.contains("nested too deeply"), "{source:.40}: {error}");
    }
    let long = format!("true{}", " && true".repeat(20_000));
    assert_eq!(result(&long, Value::Null), "true");
    let too_long = "1,".repeat(100_001);
    assert!(result(&format!("[{too_long}]"), Value::Null).starts_with("compile: the expression is too long"));
}

#[test]
fn deep_but_allowed_nesting_is_evaluated() {
    let lists = format!("{}1{}", "[".repeat(240), "]".repeat(240));
    assert_eq!(result(&format!("size({lists})"), Value::Null), "1");
    let mut folds = "true".to_owned();
    for depth in 0..50 {
        folds = format!("[1].all(x{depth}, {folds})");
    }
    assert_eq!(result(&folds, Value::Null), "true");
    let more = format!("[1].all(x, {folds})");
    assert!(
        result(&more, Value::Null)
            .starts_with("compile: the expression is nested too deeply: too many loops")
    );
    let choices = format!("{}1{}", "true ? (".repeat(240), ") : 2".repeat(240));
    assert_eq!(result(&choices, Value::Null), "1");
    assert!(
        result(&format!("{lists} == {lists}"), Value::Null)
            .starts_with("error: values that are nested so deeply")
    );
}

#[test]
fn rubbish_is_refused() {
    let alphabet = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "'", "\"", "\\", "a", "1", "0x", "`", "&&", "in ",
        "!", "é", "\n", "/",
    ];
    let mut state = 1u64;
    for _ in 0..20_000 {
        let mut source = String::new();
        for _ in 0..(state >> 32) % 12 + 1 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            source.push_str(alphabet[(state >> 33) as usize % alphabet.len()]);
        }
        let _ = result(&source, Value::Null);
    }
}
