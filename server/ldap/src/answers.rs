//! What went wrong, in LDAP's codes.

use directory::{Directory, Error};
use ldap3_proto::proto::{
    LdapBindResponse, LdapExtendedResponse, LdapOp, LdapResult, LdapResultCode as Code,
};
use model::{ErrorCode, Problem};

/// A result that is no success.
#[derive(Clone, Debug)]
pub struct Failure {
    pub code: Code,
    pub message: String,
}

impl Failure {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// What the directory refused; what went wrong inside is in the log.
    pub fn of(directory: &Directory, error: Error) -> Self {
        let problem = directory.problem(error);
        Self::new(code_of(&problem), in_words(&problem))
    }
}

fn code_of(problem: &Problem) -> Code {
    match problem.code {
        ErrorCode::Invalid if problem.faults.is_empty() => Code::InvalidCredentials,
        ErrorCode::Invalid | ErrorCode::TooMany | ErrorCode::Conflict | ErrorCode::Stale => {
            Code::ConstraintViolation
        }
        ErrorCode::NotSignedIn | ErrorCode::Forbidden | ErrorCode::ReauthenticationNeeded => {
            Code::InsufficentAccessRights
        }
        ErrorCode::NotFound => Code::NoSuchObject,
        ErrorCode::Unavailable => Code::Unavailable,
        _ => Code::Other,
    }
}

/// Every rule that is broken stands at a field: all of them are said.
fn in_words(problem: &Problem) -> String {
    match problem.code {
        ErrorCode::NotSignedIn => "This user may not use LDAP any more. Bind again.".to_owned(),
        _ if problem.faults.is_empty() => problem.message.clone(),
        _ => problem.faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(" "),
    }
}

pub fn result(code: Code, message: impl Into<String>) -> LdapResult {
    LdapResult { code, matcheddn: String::new(), message: message.into(), referral: vec![] }
}

impl From<Failure> for LdapResult {
    fn from(failure: Failure) -> Self {
        result(failure.code, failure.message)
    }
}

pub fn bind(res: LdapResult) -> LdapOp {
    LdapOp::BindResponse(LdapBindResponse { res, saslcreds: None })
}

pub fn extended(res: LdapResult, name: Option<&str>, value: Option<Vec<u8>>) -> LdapOp {
    LdapOp::ExtendedResponse(LdapExtendedResponse { res, name: name.map(str::to_owned), value })
}
