//! Encryption: certificates are checked, and one that is not trusted is told as such, at once.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{TOKEN, client, send};
use crate::host::http::{Auth, Call, Client};
use crate::host::{HostErrorKind, Secret};

/// Made for this test, signed by nobody but itself.
const CERTIFICATE: &str = include_str!("../../../../../tests/data/localhost.pem");
const KEY: &str = include_str!("../../../../../tests/data/rsa-key.pem");

/// Answers over TLS; its address and how many connections came.
fn server() -> (String, Arc<AtomicUsize>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
            let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = stream.unwrap();
            // The client is expected to go away in the middle of it.
            let _ = rustls::Stream::new(&mut connection, &mut stream).read(&mut [0; 1]);
        }
    });
    (url, count)
}

#[test]
fn a_certificate_that_nobody_trusts_ends_the_call() {
    let (url, count) = server();
    let error = send(&client(&url), Call::get(&["x"])).unwrap_err();
    assert_eq!((error.kind, error.ambiguous), (HostErrorKind::Unavailable, false));
    assert!(error.message.contains("no trusted connection: "), "{error}");
    assert!(error.hint.unwrap().contains("SSL_CERT_FILE"));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn a_server_without_encryption_is_no_https() {
    let plain = super::server::Server::start(vec![super::server::json(200, "{}")]);
    let url = plain.url().replace("http://127.0.0.1", "https://localhost");
    let client = Client::new(&url, Auth::Bearer(Secret::new(TOKEN)), Duration::from_millis(300)).unwrap();
    let error = send(&client, Call::get(&["x"])).unwrap_err();
    assert_eq!(error.kind, HostErrorKind::Unavailable);
    // Nothing of the request went there, least of all the token.
    assert!(!plain.seen().iter().any(|seen| seen.contains(TOKEN)), "{:?}", plain.seen());
}
