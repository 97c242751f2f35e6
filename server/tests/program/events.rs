//! `bailiwick verify-events`.

use crate::installation::Installation;

both! {
    fn tampered_events_are_found(installation) {
        let early = installation.run(&["verify-events"]);
        assert_eq!(early.status, 1, "{}", early.out);

        let installation = installation.set_up();
        let whole = installation.run(&["verify-events"]);
        assert_eq!(whole.status, 0, "{}", whole.err);
        assert!(whole.out.contains("sealed events are as they were written."), "{}", whole.out);
        assert!(!whole.out.starts_with("0 "), "{}", whole.out);

        installation.execute("UPDATE events SET body = replace(body, 'Lovelace', 'Loveless')");
        let tampered = installation.run(&["verify-events"]);
        assert_eq!(tampered.status, 1, "{}", tampered.out);
        assert!(tampered.err.contains("is not what was sealed"), "{}", tampered.err);
    }
}
