//! Tests of every protocol, through everything that surrounds them: a real directory behind
//! the whole router, a clock to move, and browsers that keep their cookies.

mod api;
mod areas;
mod bulk;
mod connection;
mod export;
mod functions;
mod graph;
mod hostile;
mod imports;
mod insights;
mod ldapservers;
mod matrix;
mod openapi;
mod own_account;
mod passkeys;
mod portal;
mod resetting;
mod setting_up;
mod shell;
mod signing_in;
mod systemuser_changes;
mod systemuser_creation;
mod systemuser_operations;
mod systemusers;
mod user_portal;
mod user_sign_in;
mod usergroups;
mod userstates;

use std::{cell::RefCell, collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, HttpBody as _, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header, request::Builder},
};
use directory::{
    Actor, Directory, Environment, HashingCost, MailOptions, MovedClock, Options, Origin, SetupForm,
    StoreOptions, SystemRng, Token,
};
use model::{
    DefaultRole, Timestamp,
    administrator::AdministratorForm,
    billing::Package,
    user::{NewPassword, NewUser, Notify, UserForm, UserState},
};
use tower::ServiceExt as _;
use web::{Connections, Portal};

use super::{Front, router};

/// 22 November 2026, 09:00 UTC.
const START: Timestamp = Timestamp::from_micros(1_795_338_000_000_000);
const EMAIL: &str = "grace@example.org";
const PASSWORD: &str = "tundra-violin-oxide-9";
const SESSION: &str = "bailiwick_admin";
const CHALLENGE: &str = "bailiwick_challenge";
const USER_SESSION: &str = "bailiwick_user";
const USER_STEP: &str = "bailiwick_user_step";

struct TestServer {
    router: Router,
    directory: Directory,
    operator: directory::Operator,
    clock: Arc<MovedClock>,
    _folder: tempfile::TempDir,
}

impl TestServer {
    /// Before the first run.
    async fn new() -> Self {
        Self::reached(false).await
    }

    async fn reached(https: bool) -> Self {
        let public_url = "https://directory.example.org".to_owned();
        Self::at(Connections { tls: https, https, public_url, proxies: vec![] }).await
    }

    async fn at(connections: Connections) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = MovedClock::at(START);
        let hashing = HashingCost { memory_kib: 64, passes: 1, ..HashingCost::default() };
        let environment = Environment {
            clock: clock.clone(),
            rng: Arc::new(SystemRng),
            hashing,
            payments: Arc::new(directory::Invoices),
        };
        let store = StoreOptions::Sqlite(folder.path().join("bailiwick.db"));
        let public_url = "http://localhost:8080".to_owned();
        let (key_file, mail) = (folder.path().join("key"), MailOptions::default());
        let options = Options {
            store,
            key_file,
            public_url,
            mail,
            package: Package::default(),
            ldap: model::ldap::LdapAddresses::default(),
        };
        let (directory, operator) = Directory::open_for_operator(&options, environment).await.unwrap();
        let https = connections.https;
        let portal =
            Portal { directory: directory.clone(), clock: clock.clone(), connections: Arc::new(connections) };
        let ready = Arc::new(|| Box::pin(async { Ok(()) }) as std::pin::Pin<Box<_>>);
        let router = router(Front { https, origins: vec![], ready }, portal).unwrap();
        Self { router, directory, operator, clock, _folder: folder }
    }

    /// Whoever has the server.
    fn system(&self) -> Actor {
        self.operator.actor("a test")
    }

    /// With an organization, and Grace as its Administrator With Billing.
    async fn set_up() -> Self {
        let server = Self::new().await;
        server.organize().await;
        server
    }

    async fn organize(&self) {
        let token = self.token().await;
        let form = SetupForm {
            organization: "Example Org".into(),
            first_name: "Grace".into(),
            last_name: "Hopper".into(),
            email: EMAIL.into(),
            password: PASSWORD.into(),
            ..SetupForm::default()
        };
        let visitor = Actor::visitor(Origin::default());
        self.directory.setup().complete(&visitor, &token, form).await.unwrap();
    }

    async fn token(&self) -> String {
        self.directory.setup().issue_token().await.unwrap().unwrap()
    }

    /// Adds an administrator with the usual password.
    async fn administrator(&self, name: &str, role: DefaultRole) -> String {
        let email = format!("{name}@example.org");
        let form = AdministratorForm {
            first_name: name.into(),
            last_name: "Admin".into(),
            email: email.clone(),
            role: role.as_str().into(),
            ..AdministratorForm::default()
        };
        self.directory.administrators().add(&self.system(), &form, PASSWORD).await.unwrap();
        email
    }

    /// What is new, a browser's administrator has seen up to an older version.
    async fn knows_only(&self, browser: &Browser<'_>, edition: &str) {
        let actor = self.actor(browser).await;
        self.directory.preferences().see_news(&actor, edition).await.unwrap();
    }

    /// The administrator who is signed in with a browser.
    async fn actor(&self, browser: &Browser<'_>) -> Actor {
        let token = Token::presented(&browser.cookie(SESSION).unwrap());
        self.directory.sessions().administrator(&token, Origin::default(), true).await.unwrap()
    }

    /// Sends somebody the invitation to be an administrator.
    async fn invite(&self, name: &str) {
        let form = AdministratorForm {
            first_name: name.into(),
            last_name: "Admin".into(),
            email: format!("{name}@example.org"),
            role: DefaultRole::ReadOnly.as_str().into(),
            ..AdministratorForm::default()
        };
        self.directory.administrators().create(&self.system(), &form).await.unwrap();
    }

    async fn send_totp_reset(&self, name: &str) {
        let (system, admins) = (self.system(), self.directory.administrators());
        let query = model::ListQuery { search: name.into(), ..model::ListQuery::default() };
        let id = admins.list(&system, &query).await.unwrap().rows[0].id;
        admins.send_totp_reset(&system, id).await.unwrap();
    }

    /// Adds an active user with the usual password.
    async fn user(&self, name: &str) -> model::Id {
        self.user_with(name, Some(NewPassword { password: PASSWORD.into(), must_change: false })).await
    }

    async fn user_with(&self, name: &str, password: Option<NewPassword>) -> model::Id {
        let form =
            UserForm { username: name.into(), email: format!("{name}@example.org"), ..UserForm::default() };
        let user = NewUser { form, password, state: Some(UserState::Activated), notify: Notify::Default };
        self.directory.users().create(&self.system(), &user).await.unwrap()
    }

    /// A browser in which a user has signed in.
    async fn signed_in(&self, name: &str) -> Browser<'_> {
        let browser = self.browser();
        let page = browser.user_sign_in(name, PASSWORD).await;
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/"), "{}", page.body);
        browser
    }

    /// The path and query of the link in the newest message of a kind, once there is one.
    async fn link(&self, kind: &str) -> String {
        let browser = self.grace().await;
        let grace = self.actor(&browser).await;
        for _ in 0..200 {
            let page = self.directory.mail().list(&grace, &model::ListQuery::default()).await.unwrap().page;
            let found = page.rows.iter().filter(|row| row.kind.as_str() == kind).max_by_key(|row| row.id);
            if let Some(row) = found {
                let link = self.directory.mail().read_link(&grace, row.id).await.unwrap();
                return link
                    .split_once("://")
                    .unwrap()
                    .1
                    .split_once('/')
                    .map(|(_, rest)| format!("/{rest}"))
                    .unwrap();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("there is no message of the kind {kind}");
    }

    /// How many people there are.
    async fn people(&self) -> u64 {
        let figures = self.directory.home().people(&self.system()).await.unwrap();
        figures.staged + figures.activated + figures.suspended
    }

    fn browser(&self) -> Browser<'_> {
        Browser { server: self, cookies: RefCell::default(), host: "localhost:8080", peer: [127, 0, 0, 7] }
    }

    /// A browser in which Grace has signed in.
    async fn grace(&self) -> Browser<'_> {
        let browser = self.browser();
        let page = browser.sign_in(EMAIL, PASSWORD).await;
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin"), "{}", page.body);
        browser
    }

    fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The code that an authenticator app shows now for a secret.
    fn code(&self, secret: &str) -> String {
        use directory::Clock as _;
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new()
            .with_secret(secret)
            .with_account_name("a")
            .with_issuer(Some("i"))
            .build()
            .unwrap();
        totp.generate(u64::try_from(self.clock.now().as_seconds()).unwrap()).to_string()
    }
}

/// Keeps cookies, and says what browsers say.
struct Browser<'a> {
    server: &'a TestServer,
    cookies: RefCell<BTreeMap<String, String>>,
    host: &'static str,
    /// The address that its connections come from.
    peer: [u8; 4],
}

#[derive(Debug)]
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Browser<'_> {
    async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).header(header::ACCEPT, "text/html"), Body::empty()).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.join("&").into()).await
    }

    /// A form with a file, as browsers send it.
    async fn upload(&self, path: &str, form: &[(&str, &[u8])]) -> Page {
        let mut body = Vec::new();
        for (name, value) in form {
            let file = if matches!(*name, "people" | "file") { "; filename=\"people.csv\"" } else { "" };
            let head = format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--frontier--\r\n");
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Calls a server function.
    async fn call(&self, path: &str, body: impl Into<Body>) -> Page {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    async fn send(&self, request: Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header(header::HOST, self.host);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(size) = body.size_hint().exact() {
            request = request.header(header::CONTENT_LENGTH, size);
        }
        let peer: SocketAddr = (self.peer, 4711).into();
        let request = request.extension(ConnectInfo(peer)).body(body).unwrap();
        let (parts, body) = self.server.router.clone().oneshot(request).await.unwrap().into_parts();
        self.keep(&parts.headers);
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        let head = body.split("</head>").next().unwrap_or_default();
        for text in head.split("<title").skip(1).chain(body.split("<textarea").skip(1)) {
            let text = text.split("</").next().unwrap_or_default();
            assert!(!text.contains("<!>"), "marks are read as text there: {text}");
        }
        // Where the parts of a view meet; elsewhere nobody sees it.
        let body = body.replace("<!>", "");
        Page { status: parts.status, headers: parts.headers, body }
    }

    fn keep(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
    }

    async fn sign_in(&self, email: &str, password: &str) -> Page {
        self.post("/admin/login", &[("email", email), ("password", password)]).await
    }

    async fn user_sign_in(&self, login: &str, password: &str) -> Page {
        self.post("/login", &[("email", login), ("password", password)]).await
    }

    /// Enrols TOTP; says the secret and the recovery codes.
    async fn enroll(&self) -> (String, Vec<String>) {
        self.enroll_at("/admin/account/security/totp").await
    }

    /// The same at the page of another portal, or on the way in.
    async fn enroll_at(&self, at: &str) -> (String, Vec<String>) {
        assert_eq!(self.post(at, &[]).await.status, StatusCode::SEE_OTHER);
        let page = self.get(at).await;
        let secret = page.between("class=\"secret\">", "<").replace(' ', "");
        let code = self.server.code(&secret);
        let page = self.post(&format!("{at}/confirm"), &[("code", &code)]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let list = page.between("class=\"codes\">", "</ol>").to_owned();
        let codes = list.split("<code>").skip(1).filter_map(|rest| rest.split('<').next().map(str::to_owned));
        (secret, codes.collect())
    }

    fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    fn present(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// Whether the User Portal lets this browser in.
    async fn is_in_portal(&self) -> bool {
        self.get("/security").await.status == StatusCode::OK
    }

    /// Whether the portal lets this browser in.
    async fn is_in(&self) -> bool {
        self.get("/admin/account").await.status == StatusCode::OK
    }
}

impl Page {
    /// Where the answer leads.
    fn to(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }

    fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.body.split_once(before).unwrap_or_else(|| panic!("no {before}: {}", self.body)).1;
        rest.split_once(after).unwrap().0
    }

    /// What the page says in its notice.
    fn notice(&self) -> &str {
        self.between("role=\"alert\"", "</div></div>").rsplit('>').next().unwrap_or_default()
    }
}

/// Percent-encodes all but letters and digits.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
