//! (being written)

#[cfg(test)]
pub(crate) mod testing {
    //! Fields and schemas for tests of this row.

    use crate::base::id::FieldId;
    use crate::model::{Field, Kind};

    /// A field that allows everything.
    pub(crate) fn field(id: u16, name: &str, kind: Kind) -> Field {
        Field {
            id: FieldId(id),
            name: name.into(),
            label: name.into(),
            kind,
            help: String::new(),
            group: String::new(),
            origin: "base".into(),
            options: Vec::new(),
            target: None,
            inverse: String::new(),
            of: String::new(),
            parts: Vec::new(),
            required: false,
            unique: false,
            indexed: false,
            system: false,
            hidden: false,
            quick: false,
            listed: false,
            default: String::new(),
            show_if: String::new(),
            min: String::new(),
            max: String::new(),
        }
    }
}
