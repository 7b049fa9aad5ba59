/*
 * A step for a shared library of Jenkins: judges the pull request that is checked out, and answers on it.
 *
 *   @Library('pipelines') _
 *   pipeline {
 *       agent any
 *       stages {
 *           stage('gitops-gate') {
 *               when { changeRequest() }
 *               steps { gitopsGate(credentialsId: 'gitops-gate') }
 *           }
 *       }
 *   }
 *
 * https://github.com/gitops-gate/gitops-gate/blob/v0.1.0/docs/start/jenkins.md
 */
def call() {
    call(new HashMap())
}

def call(Map given) {
    def settings = [
        version: '0.1.0',
        credentialsId: 'gitops-gate',
        key: 'default',
        arguments: "",
        releases: 'https://github.com/gitops-gate/gitops-gate/releases/download',
        installScript: 'https://raw.githubusercontent.com/gitops-gate/gitops-gate/v0.1.0/ci/install.sh'
    ]
    settings.putAll(given)
    // Settings come as variables: Groovy puts no words into the script.
    def variables = [
        "GITOPS_GATE_VERSION=${settings.version}",
        "GITOPS_GATE_KEY=${settings.key}",
        "GITOPS_GATE_ARGUMENTS=${settings.arguments}",
        "GITOPS_GATE_SCRIPT=${settings.installScript}",
        "GATE_RELEASES=${settings.releases}"
    ]
    try {
        withEnv(variables) {
            withCredentials([string(credentialsId: settings.credentialsId, variable: 'GATE_TOKEN')]) {
                sh '''
                    set -eu
                    curl -fsSL --retry 3 -o "$WORKSPACE_TMP/install.sh" "$GITOPS_GATE_SCRIPT"
                    gate=$(sh "$WORKSPACE_TMP/install.sh" "$GITOPS_GATE_VERSION" "$WORKSPACE_TMP/gitops-gate")
                    set -f
                    "$gate" check --post --key "$GITOPS_GATE_KEY" --format text --format json=gate.json \
                        --format sarif=gate.sarif --format junit=gate.xml $GITOPS_GATE_ARGUMENTS
                '''
            }
        }
    } finally {
        junit(testResults: 'gate.xml', allowEmptyResults: true)
        archiveArtifacts(artifacts: 'gate.json,gate.sarif', allowEmptyArchive: true)
    }
}
