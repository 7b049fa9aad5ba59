// The three checks of the benchmark in C, with a small arena parser and without any library. The layout of records is
// the canonical ABI's for sdk/wit/policy.wit; tests/guests/prelude.wat has the same numbers.
typedef unsigned int u32;
typedef unsigned char u8;
typedef struct { const char *at; u32 len; } text;

#define DOCUMENTS_AT 144
#define DOCUMENT_BYTES 140
#define OBJECT_AT 92
#define FINDING_BYTES 76

extern u8 __heap_base;
static u32 heap;

static void *allocate(u32 bytes) {
    if (!heap) heap = (u32)&__heap_base;
    u32 at = (heap + 7) & ~7u;
    heap = at + bytes;
    u32 have = __builtin_wasm_memory_size(0) * 65536;
    if (heap > have && __builtin_wasm_memory_grow(0, (heap - have + 65535) / 65536) == (u32)-1) __builtin_trap();
    return (void *)at;
}

void *cabi_realloc(void *old, u32 old_bytes, u32 align, u32 bytes) {
    (void)align;
    void *new = allocate(bytes);
    if (old) __builtin_memcpy(new, old, old_bytes < bytes ? old_bytes : bytes);
    return new;
}

static int is(text a, const char *word, u32 len) {
    if (a.len != len) return 0;
    for (u32 i = 0; i < len; i++) if (a.at[i] != word[i]) return 0;
    return 1;
}
#define IS(a, word) is(a, word, sizeof(word) - 1)

// A value: scalars have their text, maps and lists their first member.
typedef struct node { struct node *first, *next; text key, value; char kind; } node;

static const char *at, *end;

static text string(void) {
    const char *start = ++at;
    while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
    text found = { start, (u32)(at - start) };
    at++;
    return found;
}

static node *value(void) {
    node *new = allocate(sizeof(node));
    *new = (node){ 0 };
    new->kind = *at;
    if (*at == '"') {
        new->value = string();
    } else if (*at == '{' || *at == '[') {
        char close = *at == '{' ? '}' : ']';
        node **last = &new->first;
        for (at++; at < end && *at != close; ) {
            if (*at == ',') at++;
            text key = { 0 };
            if (close == '}') { key = string(); at++; }
            node *member = value();
            member->key = key;
            *last = member;
            last = &member->next;
        }
        at++;
    } else {
        const char *start = at;
        while (at < end && *at != ',' && *at != '}' && *at != ']') at++;
        new->value = (text){ start, (u32)(at - start) };
        if (at == start) __builtin_trap();
    }
    return new;
}

static node *get(node *map, const char *key, u32 len) {
    for (node *member = map ? map->first : 0; member; member = member->next)
        if (is(member->key, key, len)) return member;
    return 0;
}
#define GET(map, key) get(map, key, sizeof(key) - 1)

static u8 *findings;
static u32 count, room;

static void report(u32 document, const char *rule, u32 rule_len, char *pointer, u32 pointer_len) {
    if (count == room) {
        u8 *larger = allocate((room = room ? room * 2 : 16) * FINDING_BYTES);
        __builtin_memcpy(larger, findings, count * FINDING_BYTES);
        findings = larger;
    }
    u32 *finding = (u32 *)(findings + count++ * FINDING_BYTES);
    __builtin_memset(finding, 0, FINDING_BYTES);
    finding[0] = document;
    finding[1] = finding[3] = (u32)rule;
    finding[2] = finding[4] = rule_len;
    finding[6] = pointer != 0;
    finding[7] = (u32)pointer;
    finding[8] = pointer_len;
}
#define REPORT(document, rule, pointer, len) report(document, rule, sizeof(rule) - 1, pointer, len)

static char *image_pointer(u32 index, u32 *len) {
    static const char start[] = "/spec/template/spec/containers/", last[] = "/image";
    char *pointer = allocate(sizeof start + sizeof last + 10), *to = pointer, digits[10];
    u32 n = 0;
    for (u32 i = 0; i < sizeof start - 1; i++) *to++ = start[i];
    do digits[n++] = '0' + index % 10; while (index /= 10);
    while (n) *to++ = digits[--n];
    for (u32 i = 0; i < sizeof last - 1; i++) *to++ = last[i];
    *len = (u32)(to - pointer);
    return pointer;
}

static void check(u32 document, node *object) {
    if (!GET(GET(GET(object, "metadata"), "labels"), "app.kubernetes.io/name")) REPORT(document, "missing-name", 0, 0);
    node *spec = GET(object, "spec"), *replicas = GET(spec, "replicas");
    if (replicas && replicas->value.len == 1 && replicas->value.at[0] < '2')
        REPORT(document, "single-replica", "/spec/replicas", 14);
    node *containers = GET(GET(GET(spec, "template"), "spec"), "containers");
    u32 index = 0;
    for (node *container = containers ? containers->first : 0; container; container = container->next, index++) {
        node *image = GET(container, "image");
        text tag = { "latest", 6 };
        for (u32 i = image ? image->value.len : 0; i; i--)
            if (image->value.at[i - 1] == ':') {
                tag = (text){ image->value.at + i, image->value.len - i };
                break;
            }
        if (IS(tag, "latest")) {
            u32 len;
            char *pointer = image_pointer(index, &len);
            REPORT(document, "mutable-tag", pointer, len);
        }
    }
}

__attribute__((export_name("gate:policy/validator@1.0.0#validate"))) u32 *validate(u8 *arguments) {
    u8 *documents = *(u8 **)(arguments + DOCUMENTS_AT);
    u32 number = *(u32 *)(arguments + DOCUMENTS_AT + 4);
    for (u32 i = 0; i < number; i++) {
        u32 *document = (u32 *)(documents + i * DOCUMENT_BYTES), *object = document + OBJECT_AT / 4;
        if (!object[0]) continue;
        u32 mark = heap;
        at = (const char *)object[1];
        end = at + object[2];
        u32 before = count;
        check(document[0], value());
        if (count == before) heap = mark;
    }
    u32 *answer = allocate(20);
    answer[0] = 0;
    answer[1] = (u32)findings;
    answer[2] = count;
    return answer;
}

typedef struct { text id, title, help; u32 severity; u32 properties, properties_len; } rule;
static const rule rules[] = {
    { { "missing-name", 12 }, { "No name", 7 }, { "help", 4 }, 2, 0, 0 },
    { { "single-replica", 14 }, { "One replica", 11 }, { "help", 4 }, 1, 0, 0 },
    { { "mutable-tag", 11 }, { "Moves", 5 }, { "help", 4 }, 2, 0, 0 },
};
static const struct {
    text id, version, title, description;
    u32 scope, matches, matches_len, secrets;
    text schema;
    const rule *rules;
    u32 rules_len, help_url[3], tags, tags_len, properties, properties_len;
} metadata = {
    { "three-checks", 12 }, { "0.1.0", 5 }, { "Three checks", 12 }, { "", 0 },
    0, 0, 0, 0, { "{}", 2 }, rules, 3, { 0 }, 0, 0, 0, 0,
};

__attribute__((export_name("gate:policy/validator@1.0.0#describe"))) const void *describe(void) { return &metadata; }

__attribute__((export_name("gate:policy/validator@1.0.0#check-settings"))) u32 *check_settings(u8 *settings, u32 len) {
    (void)settings;
    (void)len;
    static u32 none[2];
    return none;
}
