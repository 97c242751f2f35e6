//! Where settings come from, and whose word counts.

use std::{
    collections::BTreeMap,
    env,
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use ::config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};
use directory::{ConfiguredServer, MailOptions};
use model::billing::Package;
use model::mail::ServerForm;
use serde::Deserialize;

use super::{
    DATA, DATABASE, FILE, Found, KEY, LISTEN, LogFormat, PublicUrl, Settings, Usage, masked, values,
};
use crate::Result;

/// The settings in the file's words; the variable is this in capitals after `BAILIWICK_`.
const NAMES: &[&str] = &[
    "data",
    "database_url",
    "key_file",
    "listen",
    "public_url",
    "tls_cert",
    "tls_key",
    "trusted_proxies",
    "ldap_listen",
    "ldaps_listen",
    "ldap_tls_cert",
    "ldap_tls_key",
    "ldap_host",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "smtp_username",
    "smtp_password",
    "smtp_from",
    "smtp_ca",
    "package_name",
    "package_period",
    "package_seats",
    "log",
    "log_format",
];
/// Those that a variable with `_FILE` behind it may have in a file of their own.
const SECRET: &[&str] = &["database_url", "smtp_password"];
/// The one setting that is a list: parted by commas in the environment.
const LIST: &str = "trusted_proxies";

const PREFIX: &str = "BAILIWICK_";
/// Variables of ours that are no settings: the file itself, and what building and testing use.
const OTHERS: &[&str] = &["BAILIWICK_CONFIG", "BAILIWICK_SITE_DIR", "BAILIWICK_CHROMIUM"];
const TESTS: &str = "BAILIWICK_TEST_";

const COMMAND_LINE: &str = "command line";
const DEFAULT: &str = "default";

/// What the command line says of settings; the keys are the settings' names.
#[derive(Default)]
pub struct Arguments {
    /// The file to read, which must then be there.
    pub config: Option<PathBuf>,
    pub values: BTreeMap<&'static str, Vec<String>>,
}

/// Values that one speaker gave, each with its origin.
#[derive(Clone, Debug, Default)]
struct Layer(Map<String, Value>);

impl Layer {
    fn put(&mut self, name: &str, origin: impl Display, value: impl Into<ValueKind>) {
        self.0.insert(name.to_owned(), Value::new(Some(&origin.to_string()), value));
    }

    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(|value| value.clone().into_string().ok())
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

/// Everything as text; what it means is found out with its origin at hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data: PathBuf,
    database_url: Option<String>,
    key_file: Option<PathBuf>,
    listen: String,
    public_url: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    ldap_listen: Option<String>,
    ldaps_listen: Option<String>,
    ldap_tls_cert: Option<PathBuf>,
    ldap_tls_key: Option<PathBuf>,
    ldap_host: Option<String>,
    smtp_host: Option<String>,
    smtp_port: Option<String>,
    smtp_security: Option<String>,
    smtp_username: Option<String>,
    smtp_password: Option<String>,
    smtp_from: Option<String>,
    smtp_ca: Option<PathBuf>,
    package_name: Option<String>,
    package_period: Option<String>,
    package_seats: Option<String>,
    log: Option<String>,
    log_format: String,
}

/// Hears everybody and says what is in force.
///
/// # Errors
/// A sentence that names the setting and who said it; [`Usage`] when it was the command line.
pub fn read(arguments: &Arguments) -> Result<Settings> {
    let ours: BTreeMap<String, String> = env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    let environment = environment(&ours)?;
    let command_line = command_line(arguments);
    let data = command_line.text("data").or_else(|| environment.text("data")).unwrap_or_else(|| DATA.into());
    let named = arguments.config.clone().or_else(|| ours.get("BAILIWICK_CONFIG").map(PathBuf::from));
    let config = Config::builder()
        .add_source(defaults())
        .add_source(file(named, Path::new(&data))?)
        .add_source(environment)
        .add_source(command_line)
        .build()
        .map_err(|error| format!("the settings cannot be read: {error}"))?;
    let origins = Origins(config.collect()?);
    let raw: Raw =
        config.try_deserialize().map_err(|error| format!("the settings cannot be understood: {error}"))?;
    let mut settings = understand(raw, origins)?;
    settings.unknown_variables = ours.into_keys().filter(|name| !is_known(name)).collect();
    Ok(settings)
}

fn defaults() -> Layer {
    let mut layer = Layer::default();
    for (name, value) in [("data", DATA), ("listen", LISTEN), ("log_format", "text")] {
        layer.put(name, DEFAULT, value);
    }
    layer
}

/// The file that was named, or the one in the data directory if it is there.
fn file(named: Option<PathBuf>, data: &Path) -> Result<Layer> {
    let path = match named {
        Some(path) => path,
        None if data.join(FILE).exists() => data.join(FILE),
        None => return Ok(Layer::default()),
    };
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("the configuration file {} cannot be read: {error}", path.display()))?;
    let wrong = |error| format!("the configuration file {} is not right: {error}", path.display());
    let read =
        Config::builder().add_source(File::from_str(&text, FileFormat::Toml)).build().map_err(wrong)?;
    let mut layer = Layer::default();
    for (name, value) in read.collect().map_err(wrong)? {
        if !NAMES.contains(&name.as_str()) {
            let names = NAMES.join(", ");
            return Err(format!("{}: there is no setting `{name}`; there are {names}", path.display()).into());
        }
        layer.put(&name, path.display(), value.kind);
    }
    Ok(layer)
}

/// An empty variable says nothing.
fn environment(ours: &BTreeMap<String, String>) -> Result<Layer> {
    let mut layer = Layer::default();
    let said = |name: &str| ours.get(name).filter(|value| !value.is_empty());
    for name in NAMES {
        let variable = variable(name);
        if let Some(value) = said(&variable) {
            match *name {
                LIST => layer.put(name, &variable, list(value)),
                _ => layer.put(name, &variable, value.as_str()),
            }
        }
    }
    for name in SECRET {
        let variable = format!("{}_FILE", variable(name));
        let Some(path) = said(&variable) else { continue };
        if layer.0.contains_key(*name) {
            return Err(format!("{variable} and the same without _FILE are both set; keep one").into());
        }
        let secret = fs::read_to_string(path)
            .map_err(|error| format!("{variable}: the file {path} cannot be read: {error}"))?;
        layer.put(name, &variable, secret.trim());
    }
    Ok(layer)
}

fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase())
}

fn is_known(variable: &str) -> bool {
    let bare = variable.strip_prefix(PREFIX).unwrap_or_default().to_ascii_lowercase();
    let secret = bare.strip_suffix("_file").is_some_and(|name| SECRET.contains(&name));
    secret || NAMES.contains(&bare.as_str()) || OTHERS.contains(&variable) || variable.starts_with(TESTS)
}

fn command_line(arguments: &Arguments) -> Layer {
    let mut layer = Layer::default();
    for (name, values) in &arguments.values {
        match values.as_slice() {
            [] => {}
            many if *name == LIST => layer.put(name, COMMAND_LINE, many.to_vec()),
            [value, ..] => layer.put(name, COMMAND_LINE, value.as_str()),
        }
    }
    layer
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

struct Origins(Map<String, Value>);

impl Origins {
    fn of(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::origin).unwrap_or(DEFAULT)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value, or a sentence about who said what.
    fn check<T>(&self, name: &str, value: Result<T, String>) -> Result<T> {
        value.map_err(|why| match self.of(name) {
            COMMAND_LINE => Usage(format!("--{}: {why}", flag(name))).into(),
            origin => format!("{name} (from {origin}): {why}").into(),
        })
    }
}

fn flag(name: &str) -> String {
    if name == LIST { "trusted-proxy".to_owned() } else { name.replace('_', "-") }
}

fn understand(raw: Raw, origins: Origins) -> Result<Settings> {
    let found = found(&raw, &origins);
    let store = values::store(raw.database_url.as_deref(), &raw.data.join(DATABASE));
    let mail = mail(&raw, &origins)?;
    let package = package(&raw, &origins)?;
    let proxies = raw.trusted_proxies.iter().map(|text| values::network(text)).collect();
    let tls = pair(["tls_cert", "tls_key"], raw.tls_cert, raw.tls_key, "HTTPS")?;
    let ldap_tls = pair(["ldap_tls_cert", "ldap_tls_key"], raw.ldap_tls_cert, raw.ldap_tls_key, "LDAPS")?;
    let listens = |name: &str, text: &Option<String>| {
        text.as_deref().map(|text| origins.check(name, values::listen(text))).transpose()
    };
    let (ldap_listen, ldaps_listen) =
        (listens("ldap_listen", &raw.ldap_listen)?, listens("ldaps_listen", &raw.ldaps_listen)?);
    if ldaps_listen.is_some() && tls.is_none() && ldap_tls.is_none() {
        return Err("ldaps_listen is set without a certificate: set ldap_tls_cert and ldap_tls_key".into());
    }
    Ok(Settings {
        store: origins.check("database_url", store)?,
        key_file: raw.key_file.unwrap_or_else(|| raw.data.join(KEY)),
        listen: origins.check("listen", values::listen(&raw.listen))?,
        public_url: raw
            .public_url
            .map(|text| origins.check("public_url", PublicUrl::parse(&text)))
            .transpose()?,
        tls,
        ldap_listen,
        ldaps_listen,
        ldap_tls,
        ldap_host: raw.ldap_host,
        trusted_proxies: origins.check(LIST, proxies)?,
        mail,
        package,
        log: raw.log,
        log_format: origins.check("log_format", LogFormat::parse(&raw.log_format))?,
        data: raw.data,
        found,
        unknown_variables: Vec::new(),
    })
}

/// A certificate and its key.
fn pair(
    [certificate_name, key_name]: [&str; 2],
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    what: &str,
) -> Result<Option<(PathBuf, PathBuf)>> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(format!("{certificate_name} is set without {key_name}: {what} needs both").into())
        }
        (None, Some(_)) => {
            Err(format!("{key_name} is set without {certificate_name}: {what} needs both").into())
        }
    }
}

/// The mail server, when the configuration names one.
fn mail(raw: &Raw, origins: &Origins) -> Result<MailOptions> {
    let ca = raw.smtp_ca.clone();
    let Some(host) = &raw.smtp_host else {
        let lonely =
            NAMES.iter().find(|name| name.starts_with("smtp_") && **name != "smtp_ca" && origins.has(name));
        return match lonely {
            Some(name) => {
                Err(format!("{name} is set without smtp_host: there is no mail server to use it for").into())
            }
            None => Ok(MailOptions { server: None, ca }),
        };
    };
    let form = ServerForm {
        host: host.clone(),
        port: raw.smtp_port.clone().unwrap_or_default(),
        security: raw.smtp_security.clone().unwrap_or_else(|| "starttls".to_owned()),
        username: raw.smtp_username.clone().unwrap_or_default(),
        password: raw.smtp_password.clone(),
        from: raw.smtp_from.clone().unwrap_or_default(),
        // Whoever writes `none` into the configuration has said it.
        plain_confirmed: true,
    };
    let server = match form.parse() {
        Ok(server) => server,
        Err(faults) => {
            let Some(fault) = faults.iter().next() else { return Err("the mail server is not right".into()) };
            return origins.check(&format!("smtp_{}", fault.field), Err(fault.message.clone()));
        }
    };
    let password = raw.smtp_password.clone().unwrap_or_default();
    Ok(MailOptions { server: Some(ConfiguredServer { server, password }), ca })
}

/// What the organization has been given, or pays for.
fn package(raw: &Raw, origins: &Origins) -> Result<Package> {
    let [name, period, seats] =
        [&raw.package_name, &raw.package_period, &raw.package_seats].map(|text| text.as_deref());
    match Package::parse(name, period, seats) {
        Ok(package) => Ok(package),
        Err(faults) => {
            let Some(fault) = faults.iter().next() else { return Err("the package is not right".into()) };
            origins.check(&format!("package_{}", fault.field), Err(fault.message.clone()))
        }
    }
}

fn found(raw: &Raw, origins: &Origins) -> Vec<Found> {
    let path = |path: &Path| path.display().to_string();
    let optional = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let file = |name| path(&raw.data.join(name));
    let value = |name: &str| match name {
        "data" => path(&raw.data),
        "database_url" => {
            raw.database_url.as_deref().map_or_else(|| format!("sqlite:{}", file(DATABASE)), masked)
        }
        "key_file" => optional(&raw.key_file).unwrap_or_else(|| file(KEY)),
        "listen" => raw.listen.clone(),
        "public_url" => raw.public_url.clone().unwrap_or_else(|| "by the address it listens on".into()),
        "tls_cert" => optional(&raw.tls_cert).unwrap_or_default(),
        "tls_key" => optional(&raw.tls_key).unwrap_or_default(),
        "trusted_proxies" => raw.trusted_proxies.join(", "),
        "ldap_listen" => raw.ldap_listen.clone().unwrap_or_else(|| "off".into()),
        "ldaps_listen" => raw.ldaps_listen.clone().unwrap_or_else(|| "off".into()),
        "ldap_tls_cert" => optional(&raw.ldap_tls_cert).unwrap_or_else(|| "that of HTTPS".into()),
        "ldap_tls_key" => optional(&raw.ldap_tls_key).unwrap_or_else(|| "that of HTTPS".into()),
        "ldap_host" => raw.ldap_host.clone().unwrap_or_else(|| "that of the public address".into()),
        "smtp_host" => raw.smtp_host.clone().unwrap_or_else(|| "as set in the Admin Portal".into()),
        "smtp_port" => raw.smtp_port.clone().unwrap_or_default(),
        "smtp_security" => raw.smtp_security.clone().unwrap_or_default(),
        "smtp_username" => raw.smtp_username.clone().unwrap_or_default(),
        "smtp_password" => raw.smtp_password.as_ref().map(|_| "***".to_owned()).unwrap_or_default(),
        "smtp_from" => raw.smtp_from.clone().unwrap_or_default(),
        "smtp_ca" => optional(&raw.smtp_ca).unwrap_or_default(),
        "package_name" => raw.package_name.clone().unwrap_or_else(|| Package::default().name),
        "package_period" => raw.package_period.clone().unwrap_or_else(|| "none".into()),
        "package_seats" => raw.package_seats.clone().unwrap_or_else(|| "unlimited".into()),
        "log" => raw.log.clone().unwrap_or_else(|| "info".into()),
        _ => raw.log_format.clone(),
    };
    NAMES.iter().map(|name| Found { name, value: value(name), origin: origins.of(name).to_owned() }).collect()
}
