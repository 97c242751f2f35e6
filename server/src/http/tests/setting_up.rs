use super::*;

const GOOD: &[u8] = b"Username,Email,FirstName\nada,ada@example.org,Ada\nbob,bob@example.org,Bob\n";
const FAULTY: &[u8] = b"Username,Email\nada,ada@example.org\nno name,b@example.org\n";

/// The form as a careful person fills it in, with some fields otherwise.
async fn send(browser: &Browser<'_>, token: &str, other: &[(&str, &[u8])]) -> Page {
    let mut form: Vec<(&str, &[u8])> = vec![
        ("organization", b"Example Org"),
        ("first_name", b"Grace"),
        ("last_name", b"Hopper"),
        ("email", EMAIL.as_bytes()),
        ("password", PASSWORD.as_bytes()),
        ("start_with", b"nobody"),
    ];
    form.retain(|(name, _)| !other.iter().any(|(changed, _)| changed == name));
    form.extend_from_slice(other);
    browser.upload(&format!("/setup?token={token}"), &form).await
}

#[tokio::test]
async fn the_first_run_leads_into_the_portal_and_its_link_is_over() {
    let server = TestServer::new().await;
    let browser = server.browser();
    assert!(browser.get("/admin/login").await.body.contains("Not set up yet"));
    let token = server.token().await;
    let page = browser.get(&format!("/setup?token={token}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");

    let page = send(&browser, &token, &[]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin"));
    assert!(browser.is_in().await);
    assert_eq!(server.people().await, 0);

    let again = send(&server.browser(), &token, &[("email", b"mallory@example.org")]).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.body.contains("has been used"), "{}", again.body);
    assert_eq!(browser.get(&format!("/setup?token={token}")).await.status, StatusCode::GONE);
    assert_eq!(browser.get("/setup").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_wrong_token_opens_nothing() {
    let server = TestServer::new().await;
    let token = server.token().await;
    for wrong in ["", "x", &token[1..], &token.to_lowercase(), "%00", "a&token=b"] {
        let page = send(&server.browser(), wrong, &[]).await;
        assert!(page.status.is_client_error(), "{wrong}: {}", page.status);
    }
    assert_eq!(send(&server.browser(), &token, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_fault_keeps_the_token_and_what_was_typed_but_no_password() {
    let server = TestServer::new().await;
    let (browser, token) = (server.browser(), server.token().await);
    let page = send(&browser, &token, &[("password", b"hopper-77"), ("last_name", b"")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("value=\"Example Org\""), "{}", page.body);
    assert!(!page.body.contains("hopper-77"), "{}", page.body);
    for field in ["last_name", "password"] {
        assert!(page.body.contains(&format!("id=\"{field}-error\"")), "both at once: {}", page.body);
    }
    assert!(browser.cookie(SESSION).is_none());
    assert_eq!(send(&browser, &token, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_file_with_faults_writes_nothing_unless_its_good_rows_are_asked_for() {
    let server = TestServer::new().await;
    let (browser, token) = (server.browser(), server.token().await);
    let page = send(&browser, &token, &[("start_with", b"csv")]).await;
    assert!(page.body.contains("Choose the CSV file"), "{}", page.body);

    let page = send(&browser, &token, &[("start_with", b"csv"), ("people", FAULTY)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("<li>Row 3, Username: "), "{}", page.body);
    assert_eq!(server.directory.settings().name().await.unwrap(), None);
    assert_eq!(server.people().await, 0);

    let good = [("start_with", b"csv".as_slice()), ("people", FAULTY), ("take_good_rows", b"1")];
    let page = send(&browser, &token, &good).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("1 of 2 people were imported"), "{}", page.body);
    assert_eq!(server.people().await, 1);
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn a_good_file_is_imported_and_so_is_the_sample() {
    for (ways, count) in [
        (&[("start_with", b"csv".as_slice()), ("people", GOOD)][..], 2),
        (&[("start_with", b"sample".as_slice())][..], 1_284),
    ] {
        let server = TestServer::new().await;
        let token = server.token().await;
        let page = send(&server.browser(), &token, ways).await;
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin"), "{}", page.body);
        assert_eq!(server.people().await, count);
    }
}

#[tokio::test]
async fn without_the_token_no_file_is_read() {
    let server = TestServer::new().await;
    let unread = Body::from_stream(NeverRead);
    let request = Request::post("/setup?token=wrong")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier")
        .header("sec-fetch-site", "same-origin");
    assert_eq!(server.browser().send(request, unread).await.status, StatusCode::GONE);
}

/// A body that fails whoever reads it.
struct NeverRead;

impl futures::Stream for NeverRead {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        panic!("the body was read")
    }
}
