//! A private certificate authority, trusted only through `SSL_CERT_FILE`, as in many companies.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tempfile::NamedTempFile;

pub(crate) struct PrivateCa {
    pem: NamedTempFile,
    config: Arc<ServerConfig>,
}

impl PrivateCa {
    pub(crate) fn new() -> Self {
        let mut root = CertificateParams::new([]).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root_key = KeyPair::generate().unwrap();
        let mut pem = NamedTempFile::new().unwrap();
        pem.write_all(root.self_signed(&root_key).unwrap().pem().as_bytes()).unwrap();

        let names = ["localhost", "127.0.0.1", "api.notion.test"].map(str::to_owned);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &Issuer::new(root, root_key)).unwrap();
        Self { pem, config: Arc::new(server_config(leaf.der().clone(), &key)) }
    }

    /// Returns the path for `SSL_CERT_FILE`.
    pub(crate) fn pem_file(&self) -> &Path {
        self.pem.path()
    }

    pub(super) fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

fn server_config(leaf: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().unwrap();
    builder.with_no_client_auth().with_single_cert(vec![leaf], key).unwrap()
}
