//! The rules, each with its page.

gate_sdk::rules! {
    /// ### What it does
    /// Finds objects of kind `Secret`, and secrets that a kustomization generates from literals, whose values
    /// can be read in the repository. Base64 is read as what it stands for.
    ///
    /// Values that only stand for a secret are not found: empty ones, `<password>`, `${PASSWORD}`, `REPLACE_ME`,
    /// references such as `vault:…` or `<path:…>`, values that SOPS encrypted, certificates and public keys.
    ///
    /// ### Why is this bad
    /// Everyone who can read the repository, a fork or an old clone has the secret. Taking it out again does not
    /// take it out of the history: it has to be replaced at its source. Base64 hides nothing.
    ///
    /// ### Example
    /// ```yaml
    /// kind: Secret
    /// data:
    ///   password: aHVudGVyMi1odW50ZXIy
    /// ```
    ///
    /// ### Use instead
    /// A SealedSecret, a Secret that SOPS encrypted, or an ExternalSecret that names where the value is kept:
    /// ```yaml
    /// kind: ExternalSecret
    /// spec:
    ///   data:
    ///     - secretKey: password
    ///       remoteRef: { key: shop/database, property: password }
    /// ```
    pub PLAINTEXT_SECRET = error "plaintext-secret": "Secret that can be read in the repository";

    /// ### What it does
    /// Finds values whose form says what they are, anywhere in a document: AWS access keys, tokens of GitHub,
    /// GitLab, Slack, Stripe, npm, PyPI and others, Google API keys, JSON web tokens, private keys in PEM form.
    ///
    /// ### Why is this bad
    /// Such a value is a credential and not an example of one, and programs look for exactly these forms in
    /// every repository that they can reach. It has to be revoked.
    ///
    /// ### Example
    /// ```yaml
    /// env:
    ///   - name: GITHUB_TOKEN
    ///     value: ghp_…
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// env:
    ///   - name: GITHUB_TOKEN
    ///     valueFrom: { secretKeyRef: { name: github, key: token } }
    /// ```
    pub LEAKED_TOKEN = error "leaked-token": "Credential of a known form";

    /// ### What it does
    /// Finds values that stand under the name of a secret (`password`, `apiKey`, `client_secret`, `--token=…`) and
    /// look like one: in ConfigMaps and the files inside them, environment variables, arguments, Helm values,
    /// annotations. Names of keys, of Secrets and of files, references and placeholders are not found.
    ///
    /// ### Why is this bad
    /// A ConfigMap, a pod's environment and its arguments are shown to everyone who can read the object, and the
    /// repository to everyone else.
    ///
    /// ### Example
    /// ```yaml
    /// args: ["--db-password=k3Vq-82hdk-Pq01"]
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// args: ["--db-password=$(DB_PASSWORD)"]
    /// env:
    ///   - name: DB_PASSWORD
    ///     valueFrom: { secretKeyRef: { name: database, key: password } }
    /// ```
    pub PLAINTEXT_CREDENTIAL = error "plaintext-credential": "Credential outside a Secret";

    /// ### What it does
    /// Finds URLs that carry a password: `scheme://user:password@host`.
    ///
    /// ### Why is this bad
    /// The password is in the repository, and URLs end up in logs, in process lists and in error messages.
    ///
    /// ### Example
    /// ```yaml
    /// DATABASE_URL: postgres://shop:k3Vq82hdk@db:5432/shop
    /// ```
    ///
    /// ### Use instead
    /// ```yaml
    /// DATABASE_URL: postgres://shop:$(DB_PASSWORD)@db:5432/shop
    /// ```
    pub PASSWORD_IN_URL = error "password-in-url": "URL with a password";
}
