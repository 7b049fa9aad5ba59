//! The functions, by name: what a parser has to know of them. What they do is in `library`.

use super::function::Function::*;

macro_rules! functions {
    ($($name:ident),+ $(,)?) => {
        /// A function of the language or of Kubernetes' libraries.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Function { $(
            #[allow(missing_docs, reason = "the table below says what it is")]
            $name
        ),+ }
    };
}

functions! {
    Size, Type, Dyn, ToInt, ToUint, ToDouble, ToStr, ToBytes, ToBool, ToTimestamp, ToDuration,
    Contains, StartsWith, EndsWith, Matches, Find, FindAll,
    CharAt, IndexOf, LastIndexOf, LowerAscii, UpperAscii, Replace, Split, Substring, Trim, Join, Format, Quote, Reverse,
    FullYear, Month, Date, DayOfMonth, DayOfWeek, DayOfYear, Hours, Minutes, Seconds, Milliseconds,
    Sum, Min, Max, IsSorted, Slice, Flatten, Distinct, Sort, First, Last, Range,
    SetContains, SetEquivalent, SetIntersects,
    Greatest, Least, Abs, Ceil, Floor, Round, Trunc, Sign, Sqrt, IsNan, IsInf, IsFinite,
    BitAnd, BitOr, BitXor, BitNot, BitLeft, BitRight,
    OptionalOf, OptionalNone, OptionalOfNonZero, HasValue, Value, Or, OrValue,
    IsUrl, ToUrl, Scheme, Host, Hostname, Port, EscapedPath, Query,
    IsIp, ToIp, IsCanonical, Family, IsUnspecified, IsLoopback, IsLinkLocalMulticast, IsLinkLocalUnicast, IsGlobalUnicast,
    IsCidr, ToCidr, ContainsIp, ContainsCidr, IpOf, Masked, PrefixLength,
    IsQuantity, ToQuantity, IsInteger, AsInteger, AsFloat, QuantitySign, IsGreater, IsLess, CompareTo, Add, Subtract,
    IsSemver, ToSemver, Major, Minor, Patch, Named, NamedFormat, Validate,
}

/// Functions without a receiver: name, least and most arguments.
const GLOBAL: &[(&str, Function, usize, usize)] = &[
    ("size", Size, 1, 1),
    ("type", Type, 1, 1),
    ("dyn", Dyn, 1, 1),
    ("int", ToInt, 1, 1),
    ("uint", ToUint, 1, 1),
    ("double", ToDouble, 1, 1),
    ("string", ToStr, 1, 1),
    ("bytes", ToBytes, 1, 1),
    ("bool", ToBool, 1, 1),
    ("timestamp", ToTimestamp, 1, 1),
    ("duration", ToDuration, 1, 1),
    ("matches", Matches, 2, 2),
    ("url", ToUrl, 1, 1),
    ("isURL", IsUrl, 1, 1),
    ("ip", ToIp, 1, 1),
    ("isIP", IsIp, 1, 1),
    ("ip.isCanonical", IsCanonical, 1, 1),
    ("cidr", ToCidr, 1, 1),
    ("isCIDR", IsCidr, 1, 1),
    ("quantity", ToQuantity, 1, 1),
    ("isQuantity", IsQuantity, 1, 1),
    ("semver", ToSemver, 1, 2),
    ("isSemver", IsSemver, 1, 2),
    ("format.named", Named, 1, 1),
    ("format.dns1123Label", NamedFormat, 0, 0),
    ("format.dns1123Subdomain", NamedFormat, 0, 0),
    ("format.dns1035Label", NamedFormat, 0, 0),
    ("format.qualifiedName", NamedFormat, 0, 0),
    ("format.dns1123LabelPrefix", NamedFormat, 0, 0),
    ("format.dns1123SubdomainPrefix", NamedFormat, 0, 0),
    ("format.dns1035LabelPrefix", NamedFormat, 0, 0),
    ("format.labelValue", NamedFormat, 0, 0),
    ("format.uri", NamedFormat, 0, 0),
    ("format.uuid", NamedFormat, 0, 0),
    ("format.byte", NamedFormat, 0, 0),
    ("format.date", NamedFormat, 0, 0),
    ("format.datetime", NamedFormat, 0, 0),
    ("optional.of", OptionalOf, 1, 1),
    ("optional.none", OptionalNone, 0, 0),
    ("optional.ofNonZeroValue", OptionalOfNonZero, 1, 1),
    ("sets.contains", SetContains, 2, 2),
    ("sets.equivalent", SetEquivalent, 2, 2),
    ("sets.intersects", SetIntersects, 2, 2),
    ("strings.quote", Quote, 1, 1),
    ("lists.range", Range, 1, 1),
    ("math.greatest", Greatest, 1, 64),
    ("math.least", Least, 1, 64),
    ("math.abs", Abs, 1, 1),
    ("math.ceil", Ceil, 1, 1),
    ("math.floor", Floor, 1, 1),
    ("math.round", Round, 1, 1),
    ("math.trunc", Trunc, 1, 1),
    ("math.sign", Sign, 1, 1),
    ("math.sqrt", Sqrt, 1, 1),
    ("math.isNaN", IsNan, 1, 1),
    ("math.isInf", IsInf, 1, 1),
    ("math.isFinite", IsFinite, 1, 1),
    ("math.bitAnd", BitAnd, 2, 2),
    ("math.bitOr", BitOr, 2, 2),
    ("math.bitXor", BitXor, 2, 2),
    ("math.bitNot", BitNot, 1, 1),
    ("math.bitShiftLeft", BitLeft, 2, 2),
    ("math.bitShiftRight", BitRight, 2, 2),
    // Macros, for messages that name them.
    ("has", Size, 9, 9),
    ("cel.bind", Size, 9, 9),
];

/// Functions of a receiver: name, least and most arguments besides it.
const MEMBERS: &[(&str, Function, usize, usize)] = &[
    ("size", Size, 0, 0),
    ("contains", Contains, 1, 1),
    ("startsWith", StartsWith, 1, 1),
    ("endsWith", EndsWith, 1, 1),
    ("matches", Matches, 1, 1),
    ("find", Find, 1, 1),
    ("findAll", FindAll, 1, 2),
    ("charAt", CharAt, 1, 1),
    ("indexOf", IndexOf, 1, 2),
    ("lastIndexOf", LastIndexOf, 1, 2),
    ("lowerAscii", LowerAscii, 0, 0),
    ("upperAscii", UpperAscii, 0, 0),
    ("replace", Replace, 2, 3),
    ("split", Split, 1, 2),
    ("substring", Substring, 1, 2),
    ("trim", Trim, 0, 0),
    ("join", Join, 0, 1),
    ("format", Format, 1, 1),
    ("reverse", Reverse, 0, 0),
    ("getFullYear", FullYear, 0, 1),
    ("getMonth", Month, 0, 1),
    ("getDate", Date, 0, 1),
    ("getDayOfMonth", DayOfMonth, 0, 1),
    ("getDayOfWeek", DayOfWeek, 0, 1),
    ("getDayOfYear", DayOfYear, 0, 1),
    ("getHours", Hours, 0, 1),
    ("getMinutes", Minutes, 0, 1),
    ("getSeconds", Seconds, 0, 1),
    ("getMilliseconds", Milliseconds, 0, 1),
    ("sum", Sum, 0, 0),
    ("min", Min, 0, 0),
    ("max", Max, 0, 0),
    ("isSorted", IsSorted, 0, 0),
    ("slice", Slice, 2, 2),
    ("flatten", Flatten, 0, 1),
    ("distinct", Distinct, 0, 0),
    ("sort", Sort, 0, 0),
    ("first", First, 0, 0),
    ("last", Last, 0, 0),
    ("hasValue", HasValue, 0, 0),
    ("value", Value, 0, 0),
    ("or", Or, 1, 1),
    ("orValue", OrValue, 1, 1),
    ("getScheme", Scheme, 0, 0),
    ("getHost", Host, 0, 0),
    ("getHostname", Hostname, 0, 0),
    ("getPort", Port, 0, 0),
    ("getEscapedPath", EscapedPath, 0, 0),
    ("getQuery", Query, 0, 0),
    ("family", Family, 0, 0),
    ("isUnspecified", IsUnspecified, 0, 0),
    ("isLoopback", IsLoopback, 0, 0),
    ("isLinkLocalMulticast", IsLinkLocalMulticast, 0, 0),
    ("isLinkLocalUnicast", IsLinkLocalUnicast, 0, 0),
    ("isGlobalUnicast", IsGlobalUnicast, 0, 0),
    ("containsIP", ContainsIp, 1, 1),
    ("containsCIDR", ContainsCidr, 1, 1),
    ("ip", IpOf, 0, 0),
    ("masked", Masked, 0, 0),
    ("prefixLength", PrefixLength, 0, 0),
    ("isInteger", IsInteger, 0, 0),
    ("asInteger", AsInteger, 0, 0),
    ("asApproximateFloat", AsFloat, 0, 0),
    ("sign", QuantitySign, 0, 0),
    ("isGreaterThan", IsGreater, 1, 1),
    ("isLessThan", IsLess, 1, 1),
    ("compareTo", CompareTo, 1, 1),
    ("add", Add, 1, 1),
    ("sub", Subtract, 1, 1),
    ("major", Major, 0, 0),
    ("minor", Minor, 0, 0),
    ("patch", Patch, 0, 0),
    ("validate", Validate, 1, 1),
    // Macros, for messages that name them.
    ("all", Size, 9, 9),
    ("exists", Size, 9, 9),
    ("exists_one", Size, 9, 9),
    ("existsOne", Size, 9, 9),
    ("map", Size, 9, 9),
    ("filter", Size, 9, 9),
    ("transformList", Size, 9, 9),
    ("transformMap", Size, 9, 9),
    ("transformMapEntry", Size, 9, 9),
    ("optMap", Size, 9, 9),
    ("optFlatMap", Size, 9, 9),
    ("sortBy", Size, 9, 9),
];

/// Names before a dot that are no values.
pub(super) const NAMESPACES: [&str; 9] =
    ["cel", "optional", "sets", "math", "strings", "lists", "format", "ip", "google"];

/// The function that is called `name`, or why there is none for so many arguments.
pub(super) fn global(name: &str, count: usize) -> Result<Function, String> {
    find(GLOBAL, name, count)
}

/// As [`global`], for a function of a receiver.
pub(super) fn member(name: &str, count: usize) -> Result<Function, String> {
    find(MEMBERS, name, count)
}

fn find(table: &[(&str, Function, usize, usize)], name: &str, count: usize) -> Result<Function, String> {
    let found = table.iter().find(|(known, ..)| *known == name);
    match found {
        Some((_, function, least, most)) if (*least..=*most).contains(&count) => Ok(*function),
        Some((_, _, least, most)) => {
            let wanted = if *least == 9 {
                "other arguments".to_owned()
            } else if least == most {
                format!("{least} argument{}", if *least == 1 { "" } else { "s" })
            } else {
                format!("{least} to {most} arguments")
            };
            Err(format!("`{name}` takes {wanted}, not {count}"))
        }
        None => Err(format!("there is no function `{name}`")),
    }
}

/// True if the last argument is a regular expression.
pub(super) fn takes_pattern(function: Function) -> bool {
    matches!(function, Matches | Find | FindAll)
}
