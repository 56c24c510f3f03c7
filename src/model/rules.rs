//! Who may do what: pure questions with one answer each, asked here and nowhere else. No page, route or command compares a
//! role by name. Which records somebody sees is decided by [`sees_record`] from what the caller has read.

use crate::base::id::{FieldId, ObjectId, Row};
use crate::model::actor::{Actor, ActorKind, Scope};
use crate::model::field::Field;
use crate::model::object::{Object, standard, system_field};
use crate::model::value::{Value, Values};

/// Something to be allowed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read records.
    See,
    /// Make a record.
    Create,
    /// Change a record.
    Edit,
    /// Move to the trash and restore.
    Delete,
    /// Delete for ever.
    Purge,
    /// Take many out.
    Export,
    /// Bring many in.
    Import,
    /// Change many at once.
    Bulk,
    /// Settings, members, keys.
    Settings,
}

/// Whether `actor` may do `action` with records of `object`. Members are records too, but only those who may change
/// settings may touch them.
pub fn may(actor: &Actor, action: Action, object: ObjectId) -> bool {
    let role = &actor.role;
    if object == standard::MEMBERS && action != Action::See && !role.settings {
        return false;
    }
    match action {
        Action::See => true,
        Action::Create | Action::Edit => role.write,
        Action::Delete => role.delete,
        Action::Purge => role.purge,
        Action::Export => role.bulk,
        Action::Import | Action::Bulk => role.bulk && role.write,
        Action::Settings => role.settings,
    }
}

/// Whether `actor` may choose what concerns the member `member` alone, such as light or dark: only they themselves.
pub fn may_choose_for(actor: &Actor, member: Row) -> bool {
    actor.kind == ActorKind::Member && actor.member == member
}

/// Whether a record is history that only the program changes: an activity that is done. It can still be deleted.
pub fn is_settled(object: &Object, values: &Values) -> bool {
    let status = object.field("status").filter(|_| object.id == standard::ACTIVITIES);
    let done = status.and_then(|field| Some((field.id, Value::Choice(field.choice("done")?.id))));
    done.is_some_and(|(field, done)| values.get(field) == Some(&done))
}

/// Whether `actor` may know that a field exists: else it is an unknown field in filters, sorts, answers and history.
pub fn field_visible(actor: &Actor, object: ObjectId, field: FieldId) -> bool {
    field != system_field::CONTACT_ROWS && !actor.role.hidden.contains(&(object, field))
}

/// Whether `actor` may write a field. System fields are written by the program alone.
pub fn field_editable(actor: &Actor, object: ObjectId, field: &Field) -> bool {
    let action = may(actor, Action::Edit, object) || may(actor, Action::Create, object);
    action && field_visible(actor, object, field.id) && (!field.system || actor.is_system())
}

/// Whose records the actor sees: `None` for everybody's, else these members' (sorted).
pub fn sees_records_of(actor: &Actor) -> Option<Vec<Row>> {
    match actor.role.scope {
        Scope::All => None,
        Scope::Own => Some(vec![actor.member]),
        Scope::Team => {
            let mut members = actor.team.clone();
            members.push(actor.member);
            members.sort_unstable();
            members.dedup();
            Some(members)
        }
    }
}

/// Whether some records of `object` are kept from `actor`. Companies and members never are; what hangs on them is.
pub fn walled(actor: &Actor, object: ObjectId) -> bool {
    actor.role.scope != Scope::All && object != standard::COMPANIES && object != standard::MEMBERS
}

/// What decides whether a record is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties<'a> {
    /// Of which object.
    pub object: ObjectId,
    /// Who made it.
    pub created_by: Option<Row>,
    /// Owner, account owner or assignee.
    pub owner: Option<Row>,
    /// For records that hang on contacts: whether the actor sees each of them. Empty for contacts.
    pub contacts_seen: &'a [bool],
}

/// Whether `actor` sees a record: its maker or owner is the actor (or in the team), or the actor sees one of the contacts it
/// hangs on.
pub fn sees_record(actor: &Actor, ties: Ties<'_>) -> bool {
    if !walled(actor, ties.object) {
        return true;
    }
    let Some(members) = sees_records_of(actor) else { return true };
    let theirs = |person: Option<Row>| person.is_some_and(|row| members.binary_search(&row).is_ok());
    theirs(ties.created_by) || theirs(ties.owner) || ties.contacts_seen.contains(&true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::actor::Role;
    use std::sync::Arc;

    const ALL: [Action; 9] = [
        Action::See,
        Action::Create,
        Action::Edit,
        Action::Delete,
        Action::Purge,
        Action::Export,
        Action::Import,
        Action::Bulk,
        Action::Settings,
    ];

    fn actor(role: Role) -> Actor {
        Actor { team: vec![Row(3), Row(7)], ..Actor::member(Row(7), Arc::new(role)) }
    }

    #[test]
    fn each_role_may_and_may_not() {
        //                     see create edit delete purge export import bulk settings
        let table = [
            (Role::admin(), "yes yes yes yes yes yes yes yes yes"),
            (Role::manager(), "yes yes yes yes no yes yes yes no"),
            (Role::member(), "yes yes yes yes no no no no no"),
            (Role::read_only(), "yes no no no no no no no no"),
            (Role::own_rep(), "yes yes yes yes no no no no no"),
            (Role::team_rep(), "yes yes yes yes no no no no no"),
        ];
        for (role, expected) in table {
            let name = role.name.clone();
            for actor in [actor(role.clone()), Actor { kind: ActorKind::Key(1), ..actor(role) }] {
                let answers = ALL.map(|action| if may(&actor, action, standard::CONTACTS) { "yes" } else { "no" });
                assert_eq!(answers.join(" "), expected, "{name}");
            }
        }
        assert!(ALL.iter().all(|action| may(&Actor::system("demo"), *action, standard::DEALS)));
    }

    #[test]
    fn only_who_may_change_settings_touches_members() {
        for role in Role::ready() {
            let settings = role.settings;
            let actor = actor(role);
            let allowed = ALL.iter().filter(|action| may(&actor, **action, standard::MEMBERS)).count();
            assert_eq!(allowed, if settings { ALL.len() } else { 1 });
        }
    }

    #[test]
    fn roles_are_found_by_their_api_name() {
        for role in Role::ready() {
            assert_eq!(Role::by_name(&role.name), Some(role));
        }
        assert_eq!(Role::by_name("Admin"), None);
    }

    #[test]
    fn a_walled_actor_sees_what_they_made_own_or_share_a_contact_of() {
        let ties = |created_by, owner, contacts_seen| Ties {
            object: standard::DEALS,
            created_by: Some(Row(created_by)),
            owner: Some(Row(owner)),
            contacts_seen,
        };
        //   created, owner, contacts seen            own    team   all
        let table: [(u64, u64, &[bool], [bool; 3]); 6] = [
            (7, 9, &[], [true, true, true]),
            (9, 7, &[], [true, true, true]),
            (9, 3, &[], [false, true, true]),
            (9, 9, &[], [false, false, true]),
            (9, 9, &[false], [false, false, true]),
            (9, 9, &[false, true], [true, true, true]),
        ];
        for (created_by, owner, contacts, expected) in table {
            let seen = [Role::own_rep(), Role::team_rep(), Role::member()]
                .map(|role| sees_record(&actor(role), ties(created_by, owner, contacts)));
            assert_eq!(seen, expected, "{created_by} {owner} {contacts:?}");
        }
    }

    #[test]
    fn companies_and_members_are_never_walled() {
        let rep = actor(Role::own_rep());
        for object in [standard::COMPANIES, standard::MEMBERS] {
            assert!(!walled(&rep, object));
            assert!(sees_record(&rep, Ties { object, created_by: None, owner: None, contacts_seen: &[] }));
        }
        assert!(walled(&rep, standard::CONTACTS) && walled(&rep, standard::NOTES) && walled(&rep, ObjectId(100)));
        assert!(!walled(&actor(Role::admin()), standard::CONTACTS));
    }

    #[test]
    fn nobody_sees_contact_rows_and_a_role_may_hide_more() {
        let hidden = Role { hidden: vec![(standard::CONTACTS, FieldId(12))], ..Role::member() };
        assert!(!field_visible(&actor(hidden.clone()), standard::CONTACTS, FieldId(12)));
        assert!(field_visible(&actor(hidden.clone()), standard::DEALS, FieldId(12)));
        assert!(field_visible(&actor(hidden), standard::CONTACTS, FieldId(13)));
        for actor in [actor(Role::admin()), Actor::system("demo")] {
            assert!(!field_visible(&actor, standard::DEALS, system_field::CONTACT_ROWS));
        }
    }

    #[test]
    fn system_fields_are_written_by_the_program_alone() {
        let plain = crate::model::kinds::testing::field(12, "city", crate::model::Kind::Text);
        let system = Field { system: true, ..plain.clone() };
        let editable = |actor: &Actor, field: &Field| field_editable(actor, standard::CONTACTS, field);
        assert!(editable(&actor(Role::member()), &plain));
        assert!(!editable(&actor(Role::read_only()), &plain));
        assert!(!editable(&actor(Role::admin()), &system));
        assert!(editable(&Actor::system("import"), &system));
        let hidden = Role { hidden: vec![(standard::CONTACTS, FieldId(12))], ..Role::admin() };
        assert!(!editable(&actor(hidden), &plain));
    }
}
