//! The form of the first run, as it was sent.

use axum::extract::multipart::{Multipart, MultipartError};
use directory::{SetupForm, StartWith, administrator_password_fault};
use model::{Email, ErrorCode, Fault, Password, Problem};

/// The ways to start, as the form names them.
pub const NOBODY: &str = "nobody";
pub const SAMPLE: &str = "sample";
pub const CSV: &str = "csv";

/// No field of text is longer than this, in bytes; what is, is cut and so refused for its length.
const TEXT_MAX: usize = 4_096;

/// Password and file never go back.
#[derive(Default)]
pub struct SetupInput {
    pub organization: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub start_with: String,
    pub take_good_rows: bool,
    password: String,
    people: Vec<u8>,
    has_file: bool,
}

impl SetupInput {
    /// # Errors
    /// When the body ends early, or is too large.
    pub async fn read(mut form: Multipart) -> Result<Self, MultipartError> {
        let mut typed = Self::default();
        while let Some(field) = form.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await?;
            if name == "people" {
                typed.has_file = !bytes.is_empty();
                typed.people = bytes.into();
                continue;
            }
            let text = String::from_utf8_lossy(bytes.get(..TEXT_MAX).unwrap_or(&bytes)).into_owned();
            match name.as_str() {
                "organization" => typed.organization = text,
                "first_name" => typed.first_name = text,
                "last_name" => typed.last_name = text,
                "email" => typed.email = text,
                "password" => typed.password = text,
                "start_with" => typed.start_with = text,
                "take_good_rows" => typed.take_good_rows = true,
                _ => {}
            }
        }
        Ok(typed)
    }

    /// For the directory; the file goes along, for it may be large.
    pub fn take_form(&mut self) -> SetupForm {
        SetupForm {
            organization: self.organization.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            password: self.password.clone(),
            start_with: match self.start_with.as_str() {
                SAMPLE => StartWith::Sample,
                CSV => StartWith::Csv {
                    bytes: std::mem::take(&mut self.people),
                    take_good_rows: self.take_good_rows,
                },
                _ => StartWith::Nobody,
            },
        }
    }

    /// Adds what the directory did not come to look at, so that one learns of everything at once.
    pub fn with_all_faults(&self, mut problem: Problem) -> Problem {
        if problem.code != ErrorCode::Invalid || problem.faults.is_empty() {
            return problem;
        }
        if problem.fault("password").is_none()
            && let Some(message) = self.password_fault()
        {
            problem.faults.push(Fault { field: "password".to_owned(), message });
        }
        if self.start_with == CSV && !self.has_file {
            problem.faults.retain(|fault| fault.field != "people");
            let message = "Choose the CSV file with your people, or another way to start.".to_owned();
            problem.faults.push(Fault { field: "people".to_owned(), message });
        }
        problem
    }

    fn password_fault(&self) -> Option<String> {
        let password = match Password::parse(&self.password) {
            Ok(password) => password,
            Err(error) => return Some(error.to_string()),
        };
        let email = Email::parse(&self.email).map(String::from).unwrap_or_default();
        administrator_password_fault(&password, &email, &[&self.first_name, &self.last_name])
    }
}
