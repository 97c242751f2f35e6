//! Binding, comparing, and the extended operations.

use directory::{Actor, LdapBind};
use ldap3_proto::proto::{
    LdapBindCred, LdapBindRequest, LdapCompareRequest, LdapDerefAliases, LdapExtendedRequest, LdapFilter,
    LdapOp, LdapPasswordModifyRequest, LdapPasswordModifyResponse, LdapResult, LdapResultCode as Code,
    LdapSearchRequest, LdapSearchScope,
};
use model::ldap::network_holds;

use crate::answers::{self, Failure, result};
use crate::entries::{MODIFY_PASSWORD, WHO_AM_I};
use crate::filter::equal;
use crate::names::Place;
use crate::session::{Bound, Now, Secured, Session};
use crate::walk::{At, Walk};

impl Session {
    /// Takes a name and a password. Whatever comes of it, who was bound before is not any more.
    pub async fn bind(&mut self, now: &Now, request: LdapBindRequest) -> LdapResult {
        self.bound = None;
        match self.bound_by(now, request).await {
            Ok(bound) => {
                self.bound = bound;
                result(Code::Success, "")
            }
            Err(failure) => failure.into(),
        }
    }

    async fn bound_by(&self, now: &Now, request: LdapBindRequest) -> Result<Option<Bound>, Failure> {
        let LdapBindRequest { version, dn, cred } = request;
        if version != 3 {
            return Err(Failure::new(Code::ProtocolError, "This server speaks LDAP version 3."));
        }
        let LdapBindCred::Simple(password) = cred else {
            return Err(Failure::new(Code::AuthMethodNotSupported, "Bind by name and password."));
        };
        if dn.trim().is_empty() && password.is_empty() {
            return Ok(None);
        }
        if password.is_empty() {
            return Err(Failure::new(Code::UnwillingToPerform, "A name without a password proves nothing."));
        }
        self.confidential(now)?;
        let place =
            now.names.place(&dn).ok_or_else(|| Failure::new(Code::InvalidDNSyntax, "This is no name."))?;
        let username = match place {
            Place::Person(username) => username,
            _ => String::new(),
        };
        let bind = LdapBind { dn, username, how: self.how() };
        let visitor = Actor::visitor(self.origin());
        let actor = self.directory.ldap().bind(&visitor, &bind, &password).await;
        let actor = actor.map_err(|error| Failure::of(&self.directory, error))?;
        let dn = now.names.person(&bind.username);
        Ok(Some(Bound { actor, dn }))
    }

    /// Refuses passwords that could be read on the way, unless an administrator allows them from there.
    fn confidential(&self, now: &Now) -> Result<(), Failure> {
        if self.secured != Secured::Not {
            return Ok(());
        }
        let named = || now.settings.networks.iter().any(|network| network_holds(network, self.peer));
        if now.settings.plain && (self.peer.is_loopback() || named()) {
            return Ok(());
        }
        Err(Failure::new(
            Code::ConfidentialityRequired,
            "Use LDAPS or StartTLS: passwords are not taken without.",
        ))
    }

    /// Whether an entry has a value.
    pub async fn compare(&mut self, now: &Now, request: &LdapCompareRequest) -> LdapResult {
        match self.compared(now, request).await {
            Ok(true) => result(Code::CompareTrue, ""),
            Ok(false) => result(Code::CompareFalse, ""),
            Err(failure) => failure.into(),
        }
    }

    async fn compared(&mut self, now: &Now, request: &LdapCompareRequest) -> Result<bool, Failure> {
        let LdapCompareRequest { dn, atype, val } = request;
        let bound = self.bound()?.clone();
        let wanted = std::str::from_utf8(val)
            .map_err(|_| Failure::new(Code::InvalidAttributeSyntax, "The value is no text."))?;
        let place =
            now.names.place(dn).ok_or_else(|| Failure::new(Code::InvalidDNSyntax, "This is no name."))?;
        let search = LdapSearchRequest {
            base: dn.clone(),
            scope: LdapSearchScope::Base,
            aliases: LdapDerefAliases::Never,
            sizelimit: 0,
            timelimit: 0,
            typesonly: false,
            filter: LdapFilter::And(vec![]),
            attrs: vec![atype.clone()],
        };
        let nowhere = || Failure::new(Code::NoSuchObject, "");
        let starts_tls = self.tls.is_some();
        let walk =
            Walk::new(&self.directory, &now.settings, &now.names, &search, &place, At::default(), starts_tls);
        let mut walk = walk.ok_or_else(nowhere)?;
        loop {
            let found = match walk.next(Some(&bound.actor)).await {
                Ok(found) => found.ok_or_else(nowhere)?,
                Err(error) => {
                    let failure = Failure::of(&self.directory, error);
                    self.forget(&failure);
                    return Err(failure);
                }
            };
            if let Some((_, entry)) = found.front() {
                let values = entry.values(atype);
                let values = values
                    .ok_or_else(|| Failure::new(Code::NoSuchAttribute, "The entry does not have it."))?;
                return Ok(values.iter().any(|known| equal(atype, known, wanted, &now.names)));
            }
        }
    }

    /// Who is bound, for what only they may do.
    pub fn bound(&self) -> Result<&Bound, Failure> {
        self.bound.as_ref().ok_or_else(|| Failure::new(Code::InsufficentAccessRights, "Bind first."))
    }

    /// A client that may not go on is not bound any more.
    pub fn forget(&mut self, failure: &Failure) {
        if failure.code == Code::InsufficentAccessRights {
            self.bound = None;
        }
    }

    pub async fn extended(&mut self, now: &Now, request: &LdapExtendedRequest) -> LdapOp {
        match request.name.as_str() {
            WHO_AM_I => {
                let who = self.bound.as_ref().map(|bound| format!("dn:{}", bound.dn)).unwrap_or_default();
                answers::extended(result(Code::Success, ""), None, Some(who.into_bytes()))
            }
            MODIFY_PASSWORD => match self.modify_password(now, request).await {
                Ok(made) => {
                    let res = result(Code::Success, "");
                    // Without a password that was made, there is no value.
                    match made {
                        Some(_) => LdapOp::ExtendedResponse(
                            LdapPasswordModifyResponse { res, gen_password: made }.into(),
                        ),
                        None => answers::extended(res, None, None),
                    }
                }
                Err(failure) => answers::extended(failure.into(), None, None),
            },
            _ => answers::extended(
                result(Code::ProtocolError, "This operation is not known here."),
                None,
                None,
            ),
        }
    }

    async fn modify_password(
        &mut self,
        now: &Now,
        request: &LdapExtendedRequest,
    ) -> Result<Option<String>, Failure> {
        let bound = self.bound()?.clone();
        self.confidential(now)?;
        let empty = LdapPasswordModifyRequest { user_identity: None, old_password: None, new_password: None };
        let LdapPasswordModifyRequest { user_identity, old_password, new_password } = match &request.value {
            None => empty,
            Some(_) => LdapPasswordModifyRequest::try_from(request)
                .map_err(|_| Failure::new(Code::ProtocolError, "The request cannot be read."))?,
        };
        if let Some(whose) = user_identity.filter(|whose| !whose.is_empty()) {
            let whose = whose.strip_prefix("dn:").unwrap_or(&whose);
            if !now.names.same(whose, &bound.dn) {
                let message = "Only the own password is changed over LDAP.";
                return Err(Failure::new(Code::InsufficentAccessRights, message));
            }
        }
        let Some(Place::Person(username)) = now.names.place(&bound.dn) else {
            return Err(Failure::new(Code::NoSuchObject, ""));
        };
        let bind = LdapBind { dn: bound.dn.clone(), username, how: self.how() };
        let before = old_password.as_deref().map(|before| (&bind, before));
        let changed =
            self.directory.ldap().change_password(&bound.actor, before, new_password.as_deref()).await;
        let (actor, made) = changed.map_err(|error| Failure::of(&self.directory, error))?;
        self.bound = Some(Bound { actor, dn: bound.dn });
        Ok(made)
    }
}
