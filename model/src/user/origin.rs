//! Where users come from.

/// Where a new user comes from, as a program says: the default of the state goes by it, and it stays with the
/// user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CreationSource {
    /// A person, or a program that says nothing.
    #[default]
    Manual,
    /// Many at once.
    Bulk,
    Google,
    Microsoft,
    Workday,
    Scim,
    Integration,
}

impl CreationSource {
    pub const ALL: [Self; 7] = [
        Self::Manual,
        Self::Bulk,
        Self::Google,
        Self::Microsoft,
        Self::Workday,
        Self::Scim,
        Self::Integration,
    ];

    /// Its word in the API and the database (reference, section 2.4).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Bulk => "bulk",
            Self::Google => "gapps",
            Self::Microsoft => "o365",
            Self::Workday => "workday",
            Self::Scim => "scim",
            Self::Integration => "custom_integration",
        }
    }

    /// Reads the word, with or without a vendor and a colon before it, as `vendor:bulk`.
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.trim().rsplit(':').next().unwrap_or_default();
        Self::ALL.into_iter().find(|source| source.as_str().eq_ignore_ascii_case(word))
    }
}

/// Where users come from: the word that is kept, and what a person reads.
pub const ORIGINS: &[(&str, &str)] = &[
    ("manual", "Added by hand"),
    ("csv", "CSV file"),
    ("sample", "Sample organization"),
    ("bulk", "REST API, many at once"),
    ("gapps", "Google Workspace"),
    ("o365", "Microsoft 365"),
    ("workday", "Workday"),
    ("scim", "SCIM"),
    ("custom_integration", "Integration"),
];

/// How a user came to be, in words; what has none stays as it is.
pub fn origin_label(origin: &str) -> &str {
    ORIGINS.iter().find(|(known, _)| *known == origin).map_or(origin, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_has_words_and_is_read_with_a_vendor_and_without() {
        for source in CreationSource::ALL {
            let word = source.as_str();
            assert_ne!(origin_label(word), word);
            assert_eq!(CreationSource::parse(word), Some(source));
            assert_eq!(CreationSource::parse(&format!(" Vendor:{}", word.to_uppercase())), Some(source));
        }
        for odd in ["", "csv", "sample", "bulk:", "nobody:else"] {
            assert_eq!(CreationSource::parse(odd), None, "{odd}");
        }
    }
}
