//! Searching: entry after entry, in pages where the client wants pages.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::time::Duration;

use directory::{Actor, LdapSearched};
use ldap3_proto::control::{LdapControl, ServerSortResult};
use ldap3_proto::proto::{LdapOp, LdapResult, LdapResultCode as Code, LdapSearchRequest, LdapSearchScope};
use tokio::time::Instant;

use crate::answers::{Failure, result};
use crate::filter;
use crate::names::Place;
use crate::session::{Now, Session, Wire};
use crate::walk::{At, Walk};

/// How long a search may take, whatever the client allows.
const LONGEST: Duration = Duration::from_mins(2);
/// The most entries of a page.
const PAGE_MAX: u64 = 1_000;

/// A search that has begun.
struct Search<'a> {
    msgid: i32,
    request: &'a LdapSearchRequest,
    /// How many entries a page has, and where it begins.
    page: Option<u64>,
    from: At,
}

/// How a search ended.
struct Ended {
    result: LdapResult,
    sent: u64,
    /// Where the next page begins.
    next: Option<At>,
}

impl Ended {
    fn by(failure: Failure, sent: u64) -> Self {
        Self { result: failure.into(), sent, next: None }
    }
}

impl Session {
    pub async fn search(
        &mut self,
        wire: &mut Wire,
        now: &Now,
        msgid: i32,
        request: &LdapSearchRequest,
        controls: &[LdapControl],
    ) -> io::Result<()> {
        let ended = match paged(request, controls) {
            Ok((page, from)) => {
                let search = Search { msgid, request, page, from };
                match self.answered(wire, now, &search).await? {
                    Some(ended) => ended,
                    // Given up: there is no answer.
                    None => return Ok(()),
                }
            }
            Err(failure) => Ended::by(failure, 0),
        };
        self.note(now, request, &ended).await;
        let mut answers = Vec::new();
        if controls.iter().any(|one| matches!(one, LdapControl::SimplePagedResults { .. })) {
            let cookie = ended.next.map(|at| cookie(request, at)).unwrap_or_default();
            answers.push(LdapControl::SimplePagedResults { size: 0, cookie: cookie.into_bytes() });
        }
        if controls.iter().any(|one| matches!(one, LdapControl::ServerSort { .. })) {
            let sort_result =
                ServerSortResult { result_code: Code::UnwillingToPerform, attribute_type: None };
            answers.push(LdapControl::ServerSortResult { sort_result });
        }
        self.send(wire, msgid, LdapOp::SearchResultDone(ended.result), answers).await
    }

    /// `None` when the client gave it up.
    async fn answered(
        &mut self,
        wire: &mut Wire,
        now: &Now,
        search: &Search<'_>,
    ) -> io::Result<Option<Ended>> {
        let request = search.request;
        let Some(place) = now.names.place(&request.base) else {
            return Ok(Some(Ended::by(Failure::new(Code::InvalidDNSyntax, "This is no name."), 0)));
        };
        let root = place == Place::Root && request.scope == LdapSearchScope::Base;
        let actor: Option<Actor> = self.bound.as_ref().map(|bound| bound.actor.clone());
        if actor.is_none() && !root {
            return Ok(Some(Ended::by(Failure::new(Code::InsufficentAccessRights, "Bind first."), 0)));
        }
        if let (Some(actor), Place::Organization | Place::Users | Place::Groups | Place::Subschema) =
            (&actor, &place)
            && let Err(error) = self.directory.ldap().may_search(actor).await
        {
            let failure = Failure::of(&self.directory, error);
            self.forget(&failure);
            return Ok(Some(Ended::by(failure, 0)));
        }
        let directory = self.directory.clone();
        let starts_tls = self.tls.is_some();
        let walk = Walk::new(&directory, &now.settings, &now.names, request, &place, search.from, starts_tls);
        let Some(walk) = walk else {
            return Ok(Some(Ended::by(Failure::new(Code::NoSuchObject, ""), 0)));
        };
        let ended = self.walk(wire, search, walk, actor.as_ref()).await?;
        // A name that stands for one entry stands for nothing where that is not found.
        let single = matches!(place, Place::Person(_) | Place::Group(..));
        let everything = filter::is_everything(&request.filter);
        Ok(ended.map(|ended| {
            let nothing = single && everything && ended.sent == 0 && ended.result.code == Code::Success;
            if nothing { Ended::by(Failure::new(Code::NoSuchObject, ""), 0) } else { ended }
        }))
    }

    async fn walk(
        &mut self,
        wire: &mut Wire,
        search: &Search<'_>,
        mut walk: Walk<'_>,
        actor: Option<&Actor>,
    ) -> io::Result<Option<Ended>> {
        let request = search.request;
        let until = Instant::now() + allowed(request.timelimit);
        let most = u64::try_from(request.sizelimit).ok().filter(|most| *most > 0);
        let (mut sent, mut last) = (0, search.from);
        if search.page == Some(0) {
            return Ok(Some(Ended { result: result(Code::Success, ""), sent, next: None }));
        }
        loop {
            let found = match walk.next(actor).await {
                Ok(Some(found)) => found,
                Ok(None) => return Ok(Some(Ended { result: result(Code::Success, ""), sent, next: None })),
                Err(error) => {
                    let failure = Failure::of(&self.directory, error);
                    self.forget(&failure);
                    return Ok(Some(Ended::by(failure, sent)));
                }
            };
            for (at, entry) in found {
                if search.page == Some(sent) {
                    self.flush(wire).await?;
                    return Ok(Some(Ended { result: result(Code::Success, ""), sent, next: Some(last) }));
                }
                if most == Some(sent) {
                    let message = "There are more entries than the client allows.";
                    return Ok(Some(Ended::by(Failure::new(Code::SizeLimitExceeded, message), sent)));
                }
                let shown = entry.shown(walk.wanted(), request.typesonly);
                self.feed(wire, search.msgid, LdapOp::SearchResultEntry(shown)).await?;
                (sent, last) = (sent + 1, at);
            }
            self.flush(wire).await?;
            if self.is_given_up(wire, search.msgid)? {
                return Ok(None);
            }
            if Instant::now() >= until {
                let message = "The search took longer than it may.";
                return Ok(Some(Ended::by(Failure::new(Code::TimeLimitExceeded, message), sent)));
            }
        }
    }

    async fn note(&self, now: &Now, request: &LdapSearchRequest, ended: &Ended) {
        // What every client asks before it binds is nobody's search.
        let Some(bound) = &self.bound else { return };
        let searched = LdapSearched {
            dn: bound.dn.clone(),
            base: request.base.clone(),
            scope: match request.scope {
                LdapSearchScope::Base => "base",
                LdapSearchScope::OneLevel => "one",
                LdapSearchScope::Subtree => "sub",
                LdapSearchScope::Children => "children",
            },
            filter: filter::text(&request.filter),
            results: ended.sent,
            code: ended.result.code.clone() as i64,
            message: ended.result.message.clone(),
            how: self.how(),
        };
        if let Err(error) = self.directory.ldap().searched(&bound.actor, searched).await {
            tracing::error!(%error, base = %now.names.base, "a search over LDAP is missing in the history");
        }
    }
}

fn allowed(seconds: i32) -> Duration {
    let wanted = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs);
    wanted.map_or(LONGEST, |wanted| wanted.min(LONGEST))
}

/// The size of the page that is asked for, and where it begins.
fn paged(request: &LdapSearchRequest, controls: &[LdapControl]) -> Result<(Option<u64>, At), Failure> {
    let mut page = (None, At::default());
    for control in controls {
        match control {
            LdapControl::SimplePagedResults { size, cookie } => {
                let size = u64::try_from(*size).unwrap_or(0);
                let from = if cookie.is_empty() { At::default() } else { begin(request, cookie)? };
                // By a page of no entries the client says that it wants no more.
                page = (Some(size.min(PAGE_MAX)), from);
            }
            LdapControl::Unknown { oid, criticality: true, .. } => {
                let message = format!("The control {oid} is not known here.");
                return Err(Failure::new(Code::UnavailableCriticalExtension, message));
            }
            LdapControl::SyncRequest { criticality: true, .. } => {
                let message = "Changes cannot be followed over LDAP.";
                return Err(Failure::new(Code::UnavailableCriticalExtension, message));
            }
            _ => {}
        }
    }
    Ok(page)
}

/// Where a page begins, for the very search that it belongs to.
fn cookie(request: &LdapSearchRequest, at: At) -> String {
    format!("{:016x}.{}", mark(request), at.text())
}

fn begin(request: &LdapSearchRequest, cookie: &[u8]) -> Result<At, Failure> {
    let text = std::str::from_utf8(cookie).unwrap_or_default();
    let parts = text.split_once('.').filter(|(of, _)| *of == format!("{:016x}", mark(request)));
    parts
        .and_then(|(_, at)| At::parse(at))
        .ok_or_else(|| Failure::new(Code::UnwillingToPerform, "This page belongs to another search."))
}

fn mark(request: &LdapSearchRequest) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.base.hash(&mut hasher);
    request.scope.hash(&mut hasher);
    filter::text(&request.filter).hash(&mut hasher);
    hasher.finish()
}
