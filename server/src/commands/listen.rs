//! Listening, and in words why that may not go.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use super::Result;

pub(super) fn listen(wanted: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(wanted).map_err(|error| not_bound(wanted, &error))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn not_bound(wanted: SocketAddr, error: &io::Error) -> String {
    let (ip, port) = (wanted.ip(), wanted.port());
    let next = SocketAddr::new(ip, port.checked_add(1).unwrap_or(8080));
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program listens on {wanted}, perhaps Bailiwick itself. Stop that one, or take another port: \
             --listen {next}"
        ),
        io::ErrorKind::PermissionDenied => format!(
            "this user may not listen on port {port}. Take one from 1024 up, such as --listen {ip}:8080, or give \
             the program the right to low ports (CAP_NET_BIND_SERVICE)."
        ),
        io::ErrorKind::AddrNotAvailable => {
            format!(
                "this machine does not have the address {ip}. Take one that it has, or --listen 0.0.0.0:{port}"
            )
        }
        _ => format!("{wanted} cannot be listened on: {error}. Take another with --listen."),
    }
}
