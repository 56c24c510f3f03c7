//! Members, sign-in, sessions and setup, as people and operators meet them.

use crate::server::{ADMIN, PASSWORD, Served, cookie, setup};
use aventora::base::Error;
use aventora::features::accounts::SignIn;
use aventora::model::Actor;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

fn try_with(email: &str, password: &str) -> SignIn {
    SignIn { email: email.into(), password: password.into(), ..SignIn::default() }
}

#[test]
fn known_unknown_and_removed_people_get_the_same_answer() {
    let served = Served::start();
    let accounts = &served.crm.accounts;
    let wrong = accounts.sign_in(&try_with(ADMIN, "wrong")).expect_err("wrong").to_string();
    let unknown = accounts.sign_in(&try_with("nobody@example.com", "wrong")).expect_err("unknown").to_string();
    assert_eq!(wrong, unknown);
    assert_eq!(accounts.sign_in(&try_with(" AMY@Example.com ", PASSWORD)).expect("signed in").member.email, ADMIN);
}

#[test]
fn a_session_ends_when_idle_when_old_and_when_signed_out() {
    let served = Served::start();
    let accounts = &served.crm.accounts;
    let sign_in = || accounts.sign_in(&try_with(ADMIN, PASSWORD)).expect("signed in").token;
    let alive = |token: &str| accounts.signed_in(token, None).expect("read").is_some();
    let token = sign_in();
    assert!(alive(&token) && !alive("another") && !alive(""));
    for _ in 0..29 {
        served.clock.advance(24 * 3_600_000 - 1);
        assert!(alive(&token));
        accounts.write_seen().expect("written");
    }
    served.clock.advance(24 * 3_600_000 + 30);
    assert!(!alive(&token), "thirty days are over");
    let token = sign_in();
    served.clock.advance(24 * 3_600_000 + 1);
    assert!(!alive(&token), "idle for a day");
    let token = sign_in();
    let actor = accounts.signed_in(&token, None).expect("read").expect("signed in");
    accounts.sign_out(&token, &actor).expect("signed out");
    assert!(!alive(&token));
}

#[test]
fn another_password_or_role_ends_all_sessions() {
    let served = Served::start();
    let member = served.member("ben", "member");
    let accounts = &served.crm.accounts;
    let sign_in = || accounts.sign_in(&try_with("ben@example.com", PASSWORD)).expect("signed in").token;
    let alive = |token: &str| accounts.signed_in(token, None).expect("read").is_some();
    let system = Actor::system("test");
    let (one, two) = (sign_in(), sign_in());
    assert!(alive(&one) && alive(&two));
    assert_eq!(accounts.sessions_of(member.row).expect("read").len(), 2);
    accounts.set_password(&system, &member, PASSWORD).expect("set");
    assert!(!alive(&one) && !alive(&two));
    let token = sign_in();
    accounts.set_role(&system, member.row, "manager").expect("set");
    assert!(!alive(&token));
    let token = sign_in();
    assert_eq!(accounts.revoke_sessions(&system, member.row).expect("revoked"), 2);
    assert!(!alive(&token));
}

#[test]
fn weak_passwords_and_second_members_with_one_address_are_refused() {
    let served = Served::start();
    let accounts = &served.crm.accounts;
    let system = Actor::system("test");
    let member = served.member("ben", "member");
    for weak in ["short", "password1", "ben@example.com", "aaaaaaaaaaaa"] {
        assert!(accounts.set_password(&system, &member, weak).is_err(), "{weak}");
    }
    let twice = aventora::features::accounts::NewMember {
        name: "Ben".into(),
        email: "BEN@example.com".into(),
        role: "member".into(),
    };
    assert!(matches!(accounts.add_member(&system, &twice), Err(Error::Invalid(p)) if p[0].code == "taken"));
}

#[test]
fn parallel_guesses_are_throttled_and_the_owners_browser_still_gets_in() {
    let served = Served::start();
    let accounts = &served.crm.accounts;
    let owner = accounts.sign_in(&try_with(ADMIN, PASSWORD)).expect("signed in");
    let looked_at = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for n in 0..50_u8 {
            let looked_at = &looked_at;
            scope.spawn(move || {
                let address = Some(IpAddr::from([203, 0, 113, n]));
                let guess = SignIn { address, ..try_with(ADMIN, &format!("guess number {n}")) };
                if matches!(accounts.sign_in(&guess), Err(Error::Invalid(_))) {
                    looked_at.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert!(looked_at.load(Ordering::SeqCst) <= 10, "{looked_at:?}");
    assert!(matches!(accounts.sign_in(&try_with(ADMIN, PASSWORD)), Err(Error::Limited { .. })));
    let known = SignIn { device: Some(owner.device), ..try_with(ADMIN, PASSWORD) };
    assert!(accounts.sign_in(&known).is_ok());
}

#[test]
fn of_two_racing_setups_one_makes_the_admin_and_the_token_is_gone() {
    let served = Served::empty(|_| ());
    let accounts = &served.crm.accounts;
    let token = accounts.setup_token().expect("read").expect("a token");
    assert!(!accounts.may_set_up("another").expect("read") && accounts.may_set_up(&token).expect("read"));
    let won = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for n in 0..4 {
            let (won, token) = (&won, &token);
            scope.spawn(move || {
                let setup = aventora::features::accounts::Setup { email: format!("a{n}@example.com"), ..setup() };
                if accounts.set_up_with_token(token, &setup).is_ok() {
                    won.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(won.load(Ordering::SeqCst), 1);
    assert_eq!(accounts.members().expect("read").len(), 1);
    assert!(!accounts.may_set_up(&token).expect("read"));
    assert!(accounts.setup_token().expect("read").is_none());
}

#[test]
fn a_setup_token_expires_and_a_bad_setup_changes_nothing() {
    let served = Served::empty(|_| ());
    let accounts = &served.crm.accounts;
    let token = accounts.setup_token().expect("read").expect("a token");
    let bad = aventora::features::accounts::Setup { email: "no".into(), password: "x".into(), ..setup() };
    assert!(matches!(accounts.set_up_with_token(&token, &bad), Err(Error::Invalid(p)) if p.len() == 2));
    assert!(accounts.members().expect("read").is_empty());
    served.clock.advance(24 * 3_600_000);
    assert!(matches!(accounts.set_up_with_token(&token, &setup()), Err(Error::NotFound)));
}

#[test]
fn signing_in_and_out_by_the_browser() {
    let served = Served::start();
    assert!(cookie(&served.sign_in(ADMIN, "wrong password"), "aventora").is_none());
    let response = served.sign_in(ADMIN, PASSWORD);
    assert_eq!(response.status, 303, "{}", response.text());
    let session = cookie(&response, "aventora").expect("a session");
    let set = response.headers.iter().find(|(n, v)| n == "set-cookie" && v.starts_with("aventora=")).expect("set");
    assert!(set.1.contains("HttpOnly") && set.1.contains("SameSite=Lax") && set.1.contains("Path=/"), "{}", set.1);
    let mut browser = served.browser();
    let page = |browser: &mut crate::client::Client| {
        browser.send("GET", "/contacts", &[("Cookie", &session)], b"").expect("an answer")
    };
    assert_eq!(page(&mut browser).status, 200);
    let foreign = [("Cookie", session.as_str()), ("Sec-Fetch-Site", "cross-site")];
    let mut other = crate::client::Client::new(served.address, &[]);
    assert_eq!(other.send("POST", "/logout", &foreign, b"").expect("an answer").status, 403);
    assert_eq!(page(&mut browser).status, 200, "a foreign page can't sign anybody out");
    browser.send("POST", "/logout", &[("Cookie", &session)], b"").expect("an answer");
    assert_eq!(page(&mut browser).status, 303);
}
