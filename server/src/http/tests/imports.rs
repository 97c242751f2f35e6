//! Files of users that come by the browser.

use super::*;

const FILE: &[u8] = b"Username,Email\nada,ada@example.org\nno name,b@example.org\n";

/// The address of a file's page, as the answer leads there.
fn id(page: &Page) -> &str {
    page.to().strip_prefix("/admin/users/import/").expect("the page of a file")
}

#[tokio::test]
async fn a_file_leads_to_its_page_and_is_its_uploaders() {
    let server = TestServer::set_up().await;
    let grace = server.grace().await;
    let page = grace.upload("/admin/import/file", &[("file", FILE)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let shown = grace.get(page.to()).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("people.csv") && shown.body.contains("Check rows"), "{}", shown.body);
    let rows = grace.get(&format!("/admin/import/{}/faults.csv", id(&page))).await;
    assert_eq!(rows.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(rows.body.contains("What is wrong"), "{}", rows.body);

    let email = server.administrator("other", DefaultRole::Administrator).await;
    let other = server.browser();
    other.sign_in(&email, PASSWORD).await;
    let denied = other.get(&format!("/admin/import/{}/faults.csv", id(&page))).await;
    assert_eq!(denied.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_csv_says_so_on_its_page() {
    let server = TestServer::set_up().await;
    let grace = server.grace().await;
    for (file, says) in [(&b"PK\x03\x04\x14\x00"[..], "is a workbook"), (b"", "The file is empty")] {
        let page = grace.upload("/admin/import/file", &[("file", file)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let shown = grace.get(page.to()).await;
        assert!(shown.body.contains(says), "{}", shown.body);
    }
}

#[tokio::test]
async fn nobody_else_brings_a_file() {
    let server = TestServer::set_up().await;
    let stranger = server.browser().upload("/admin/import/file", &[("file", FILE)]).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let email = server.administrator("help", DefaultRole::HelpDesk).await;
    let help = server.browser();
    help.sign_in(&email, PASSWORD).await;
    assert_eq!(help.upload("/admin/import/file", &[("file", FILE)]).await.status, StatusCode::FORBIDDEN);
    let grace = server.grace().await;
    let request = Request::post("/admin/import/file")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(grace.send(request, Body::empty()).await.status, StatusCode::FORBIDDEN);
}
