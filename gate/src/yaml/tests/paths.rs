//! Pointers to nodes and back.

use super::super::{NodeId, Parsed};
use super::read;

const TEXT: &str = "
spec:
  containers:
  - name: app
    args: [-v, -v, {x: 1}]
    ports:
    - containerPort: 80
    volumeMounts:
    - {name: data, mountPath: /a/b}
    - {name: data, mountPath: /c}
  a/b~c: ~
";

fn node(parsed: &Parsed, pointer: &str) -> Option<NodeId> {
    parsed.tape.pointer(parsed.documents[0].root, pointer)
}

#[test]
fn every_node_has_a_pointer_that_leads_back() {
    let parsed = read(TEXT);
    let root = parsed.documents[0].root;
    let mut nodes = 0;
    for id in 0..parsed.tape.len() as u32 {
        let pointer = parsed.tape.path_to(root, NodeId(id)).unwrap();
        let found = parsed.tape.pointer(root, &pointer).unwrap();
        assert!(found == NodeId(id) || parsed.tape.key_of(found) == Some(NodeId(id)), "{pointer}");
        nodes += 1;
    }
    assert_eq!(nodes, 34);
}

#[test]
fn pointers_are_escaped_and_strict() {
    let parsed = read(TEXT);
    let null = node(&parsed, "/spec/a~1b~0c").unwrap();
    assert_eq!(parsed.tape.path_to(parsed.documents[0].root, null).unwrap(), "/spec/a~1b~0c");
    let wrong =
        ["spec", "/spec/containers/1", "/spec/containers/00", "/spec/containers/+0", "/spec/x", "/spec/"];
    assert!(wrong.iter().all(|pointer| node(&parsed, pointer).is_none()));
}

#[test]
fn stable_paths_name_items() {
    let parsed = read(TEXT);
    let stable = |pointer: &str| {
        parsed.tape.stable_path_to(parsed.documents[0].root, node(&parsed, pointer).unwrap()).unwrap()
    };
    assert_eq!(stable("/spec/containers/0/name"), "/spec/containers/[name=app]/name");
    assert_eq!(stable("/spec/containers/0/ports/0"), "/spec/containers/[name=app]/ports/[containerPort=80]");
    assert_eq!(stable("/spec/containers/0/args/1"), "/spec/containers/[name=app]/args/[=-v]");
    assert_eq!(stable("/spec/containers/0/args/2/x"), "/spec/containers/[name=app]/args/2/x");
    assert_eq!(
        stable("/spec/containers/0/volumeMounts/0"),
        "/spec/containers/[name=app]/volumeMounts/[mountPath=~1a~1b]"
    );
}

#[test]
fn nodes_elsewhere_have_no_path() {
    let parsed = read("a: 1\n---\nb: 2\n");
    let [one, two] = [parsed.documents[0].root, parsed.documents[1].root];
    assert_eq!(parsed.tape.path_to(one, two), None);
    assert_eq!(parsed.tape.path_to(two, one), None);
    assert_eq!(parsed.tape.path_to(one, one).as_deref(), Some(""));
    let doubled = read("a: 1\na: 2\n");
    assert_eq!(doubled.tape.path_to(doubled.documents[0].root, NodeId(2)), None);
}

#[test]
fn lookups() {
    let parsed = read("a: 1\nb: x\n");
    let (tape, root) = (&parsed.tape, parsed.documents[0].root);
    assert_eq!(tape.str_at(root, "b"), Some("x"));
    assert_eq!((tape.str_at(root, "a"), tape.str_at(root, "c")), (None, None));
    let scalar = tape.get(root, "a").unwrap();
    assert_eq!(
        (tape.items(scalar).count(), tape.entries(scalar).count(), tape.items(root).count()),
        (0, 0, 0)
    );
}
