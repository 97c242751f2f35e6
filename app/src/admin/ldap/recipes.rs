//! What to write into programs that speak LDAP, with the organization's own values.

use model::ldap::LdapServer;

/// A program, and its configuration.
pub(super) struct Recipe {
    pub name: &'static str,
    pub about: &'static str,
    pub text: String,
}

/// Stands for the user that programs bind as.
const BINDER: &str = "BINDING-USER";
const PASSWORD: &str = "PASSWORD";

/// Those that are asked for most.
pub(super) fn recipes(server: &LdapServer) -> Vec<Recipe> {
    let addresses = &server.addresses;
    let starts_tls = addresses.ldaps.is_none() && addresses.ldap.is_some();
    let uri = addresses.ldaps.clone().or_else(|| addresses.ldap.clone());
    let uri = uri.unwrap_or_else(|| "ldaps://HOST:636".to_owned());
    let (host, port) = uri.rsplit_once(':').unwrap_or((&uri, "636"));
    let host = host.split_once("://").map_or(host, |(_, host)| host);
    let values = Values { uri: &uri, host, port, users: server.users_base(), starts_tls };
    vec![values.sssd(), values.nextcloud(), values.gitlab(), values.jenkins(), values.printer()]
}

struct Values<'a> {
    uri: &'a str,
    host: &'a str,
    port: &'a str,
    users: String,
    starts_tls: bool,
}

impl Values<'_> {
    fn binder(&self) -> String {
        format!("uid={BINDER},{}", self.users)
    }

    fn sssd(&self) -> Recipe {
        let Self { uri, users, starts_tls, .. } = self;
        let text = format!(
            "# /etc/sssd/sssd.conf, mode 0600\n\
            [sssd]\nservices = nss, pam, ssh\ndomains = bailiwick\n\n\
            [domain/bailiwick]\nid_provider = ldap\nauth_provider = ldap\nchpass_provider = ldap\n\
            ldap_uri = {uri}\nldap_id_use_start_tls = {starts_tls}\nldap_tls_reqcert = demand\n\
            ldap_search_base = {users}\nldap_default_bind_dn = {}\nldap_default_authtok = {PASSWORD}\n\
            ldap_schema = rfc2307\nldap_user_ssh_public_key = sshPublicKey\nldap_pwmodify_mode = exop\n",
            self.binder()
        );
        let about = "Users with a UID and groups with a GID sign in to Linux, with their SSH keys.";
        Recipe { name: "sssd", about, text }
    }

    fn nextcloud(&self) -> Recipe {
        let Self { host, port, users, starts_tls, .. } = self;
        let (scheme, tls) = if *starts_tls { ("", 1) } else { ("ldaps://", 0) };
        let set = |key: &str, value: &str| format!("occ ldap:set-config s01 {key} '{value}'\n");
        let text = [
            "occ ldap:create-empty-config\n".to_owned(),
            set("ldapHost", &format!("{scheme}{host}")),
            set("ldapPort", port),
            set("ldapTLS", &tls.to_string()),
            set("ldapAgentName", &self.binder()),
            set("ldapAgentPassword", PASSWORD),
            set("ldapBase", users),
            set("ldapUserFilter", "(objectClass=inetOrgPerson)"),
            set("ldapLoginFilter", "(&(objectClass=inetOrgPerson)(|(uid=%uid)(mail=%uid)))"),
            set("ldapGroupFilter", "(objectClass=groupOfNames)"),
            set("ldapGroupMemberAssocAttr", "member"),
            set("ldapUserDisplayName", "displayName"),
            set("ldapEmailAttribute", "mail"),
            set("ldapExpertUUIDUserAttr", "entryUUID"),
            set("ldapExpertUUIDGroupAttr", "entryUUID"),
            set("ldapPagingSize", "500"),
            set("ldapConfigurationActive", "1"),
        ]
        .concat();
        Recipe { name: "Nextcloud", about: "With the app “LDAP user and group backend”.", text }
    }

    fn gitlab(&self) -> Recipe {
        let Self { host, port, users, starts_tls, .. } = self;
        let encryption = if *starts_tls { "start_tls" } else { "simple_tls" };
        let text = format!(
            "# /etc/gitlab/gitlab.rb\n\
            gitlab_rails['ldap_enabled'] = true\n\
            gitlab_rails['ldap_servers'] = {{\n  'main' => {{\n    'label' => 'LDAP',\n    'host' => '{host}',\n    \
            'port' => {port},\n    'uid' => 'uid',\n    'encryption' => '{encryption}',\n    'verify_certificates' => true,\n    \
            'bind_dn' => '{}',\n    'password' => '{PASSWORD}',\n    'base' => '{users}',\n    \
            'user_filter' => '(objectClass=inetOrgPerson)',\n    'group_base' => '{users}',\n  }}\n}}\n",
            self.binder()
        );
        Recipe { name: "GitLab", about: "Then run gitlab-ctl reconfigure.", text }
    }

    fn jenkins(&self) -> Recipe {
        let Self { uri, users, starts_tls, .. } = self;
        let tls = if *starts_tls { "Enable StartTLS: yes\n" } else { "" };
        let text = format!(
            "Server: {uri}\n{tls}root DN: {users}\nUser search filter: uid={{0}}\nGroup search filter: (& (cn={{0}}) \
            (objectClass=groupOfNames))\nGroup membership: Search for LDAP groups containing user\n\
            Group membership filter: member={{0}}\nManager DN: {}\nManager Password: {PASSWORD}\n\
            Display Name LDAP attribute: displayName\nEmail Address LDAP attribute: mail\n",
            self.binder()
        );
        Recipe { name: "Jenkins", about: "Security Realm: LDAP, with its advanced settings.", text }
    }

    fn printer(&self) -> Recipe {
        let Self { host, port, users, starts_tls, .. } = self;
        let tls = if *starts_tls { "StartTLS" } else { "LDAPS (SSL/TLS)" };
        let text = format!(
            "Server: {host}\nPort: {port}\nSecurity: {tls}\nAuthentication: Simple\nUsername: {}\nPassword: {PASSWORD}\n\
            Search root: {users}\nName attribute: cn\nEmail attribute: mail\nFax attribute: facsimileTelephoneNumber\n\
            Search filter: (mail=*)\n",
            self.binder()
        );
        let about = "For the address book. A printer that knows no TLS needs its network in the settings.";
        Recipe { name: "Printers and scanners", about, text }
    }
}

#[cfg(test)]
mod tests {
    use model::ldap::{LdapAddresses, LdapForm};
    use model::{Id, Timestamp};

    use super::*;

    #[test]
    fn recipes_hold_the_organization_s_own_values() {
        let server = LdapServer {
            id: Id::from([1; 12]),
            version: 1,
            form: LdapForm::default(),
            base: "o=0123,dc=example,dc=org".into(),
            addresses: LdapAddresses { ldap: None, ldaps: Some("ldaps://ldap.example.org:6360".into()) },
            users: 0,
            groups: 0,
            updated_at: Timestamp::default(),
        };
        for Recipe { name, text, .. } in recipes(&server) {
            assert!(text.contains("ldap.example.org") && text.contains("6360"), "{name}: {text}");
            assert!(text.contains("uid=BINDING-USER,ou=Users,o=0123,dc=example,dc=org"), "{name}: {text}");
        }
    }
}
