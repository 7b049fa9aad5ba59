//! The forms of scalars that a node can ask for. Their tests are in `forms.rs`, `words.rs` and `names.rs`.

/// Forms of strings and sizes of integers that are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// None that is checked.
    None,
    Int32,
    Int64,
    /// Base64 with padding.
    Byte,
    /// RFC 3339, strictly.
    DateTime,
    /// RFC 3339 or one of the looser forms that custom resources may use.
    LooseDateTime,
    Date,
    Ipv4,
    Ipv6,
    Cidr,
    Uuid,
    /// A resource quantity.
    Quantity,
    /// An IPv4 or IPv6 address.
    Ip,
    /// DNS-1123 label.
    Label,
    /// DNS-1123 subdomain.
    Subdomain,
    /// DNS-1035 label.
    Label1035,
    /// A name that can be a segment of a path.
    PathSegment,
    /// A label key.
    LabelKey,
    /// A label value.
    LabelValue,
    /// A port: a number from 1 to 65535, or as a string the name of one.
    Port,
    /// As [`Self::Port`], where 0 and an empty text stand for none.
    PortOrNone,
    /// A field of a Pod that its containers may read.
    FieldPath,
    /// A limit or request that a container may read.
    ResourceField,
    /// The name of a port: at most 15 letters, digits and dashes.
    PortName,
    /// A percentage, or a whole number that is not negative.
    IntOrPercent,
    /// A schedule of five fields or a macro.
    Cron,
    /// The name of an environment variable.
    EnvName,
    /// A key of a ConfigMap or Secret.
    ConfigKey,
    /// A path without `..`, not absolute.
    RelativePath,
    /// A path without `..`.
    TamePath,
    /// A path that begins with `/`.
    AbsolutePath,
    /// The name of an HTTP header.
    HeaderName,
    /// A host name, or one with `*.` before it.
    Host,
    /// A URL of the scheme `https`.
    HttpsUrl,
    /// The name of a time zone.
    TimeZone,
    /// A quantity that is not negative.
    PositiveQuantity,
    /// A span of time.
    Duration,
    /// A form of which nobody can tell here whether a text has it.
    Unknown,
    /// An absolute URI, or an absolute path.
    Uri,
    /// A host name, also one of a single part.
    Hostname,
    /// An address of a network card.
    Mac,
    /// A mail address.
    Email,
}

impl Format {
    pub(super) const ALL: [Self; 42] = [
        Self::None,
        Self::Int32,
        Self::Int64,
        Self::Byte,
        Self::DateTime,
        Self::LooseDateTime,
        Self::Date,
        Self::Ipv4,
        Self::Ipv6,
        Self::Cidr,
        Self::Uuid,
        Self::Quantity,
        Self::Ip,
        Self::Label,
        Self::Subdomain,
        Self::Label1035,
        Self::PathSegment,
        Self::LabelKey,
        Self::LabelValue,
        Self::Port,
        Self::PortOrNone,
        Self::FieldPath,
        Self::ResourceField,
        Self::PortName,
        Self::IntOrPercent,
        Self::Cron,
        Self::EnvName,
        Self::ConfigKey,
        Self::RelativePath,
        Self::TamePath,
        Self::AbsolutePath,
        Self::HeaderName,
        Self::Host,
        Self::HttpsUrl,
        Self::TimeZone,
        Self::PositiveQuantity,
        Self::Duration,
        Self::Unknown,
        Self::Uri,
        Self::Hostname,
        Self::Mac,
        Self::Email,
    ];

    /// True for the formats that the tables of the pack's maker add to the published schemas.
    pub(super) fn is_amended(self) -> bool {
        (Self::Ip as u32..=Self::PositiveQuantity as u32).contains(&(self as u32))
    }

    /// True for formats of fields in which an empty text is as good as none.
    pub(super) fn may_be_empty(self) -> bool {
        self.is_amended()
            && !matches!(
                self,
                Self::PositiveQuantity | Self::Cron | Self::EnvName | Self::Port | Self::IntOrPercent
            )
    }

    /// The format of this name in the tables of the pack's maker.
    pub(super) fn named(name: &str) -> Option<Self> {
        let names = [
            ("ip", Self::Ip),
            ("ipv4", Self::Ipv4),
            ("cidr", Self::Cidr),
            ("uuid", Self::Uuid),
            ("label", Self::Label),
            ("subdomain", Self::Subdomain),
            ("label-1035", Self::Label1035),
            ("path-segment", Self::PathSegment),
            ("label-key", Self::LabelKey),
            ("label-value", Self::LabelValue),
            ("port", Self::Port),
            ("port-or-none", Self::PortOrNone),
            ("field-path", Self::FieldPath),
            ("resource-field", Self::ResourceField),
            ("port-name", Self::PortName),
            ("int-or-percent", Self::IntOrPercent),
            ("cron", Self::Cron),
            ("env-name", Self::EnvName),
            ("config-key", Self::ConfigKey),
            ("relative-path", Self::RelativePath),
            ("tame-path", Self::TamePath),
            ("absolute-path", Self::AbsolutePath),
            ("header-name", Self::HeaderName),
            ("host", Self::Host),
            ("https-url", Self::HttpsUrl),
            ("time-zone", Self::TimeZone),
            ("positive-quantity", Self::PositiveQuantity),
        ];
        names.into_iter().find(|(known, _)| *known == name).map(|(_, format)| format)
    }
}
