//! Every check: its name in the tables of the pack's maker, and the fields that it asks for.

/// Writes the enum, the list of all its values and their names and fields from one table.
macro_rules! checks {
    ($($check:ident $name:literal [$($field:literal),*] $doc:literal)*) => {
        /// What looks at an object or a list as a whole.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::schema) enum Check { $(#[doc = $doc] $check,)* }

        impl Check {
            /// All checks, in the order of their numbers.
            pub(in crate::schema) const ALL: &[Self] = &[$(Self::$check,)*];

            /// Its name in the tables.
            pub(in crate::schema) fn name(self) -> &'static str {
                match self { $(Self::$check => $name,)* }
            }

            /// The fields that it asks for, in the order of their slots.
            pub(in crate::schema) fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$check => &[$($field),*],)* }
            }

            /// The check of this name.
            pub(in crate::schema) fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|check| check.name() == name)
            }
        }
    };
}

checks! {
    None "" [] "Nothing."
    ClaimSpec "claim-spec" ["resources"] "A claim asks for storage."
    ClusterRules "policy-rule" ["apiGroups", "resources", "resourceNames", "nonResourceURLs"] "Resources or URLs, never both."
    ConfigMap "config-map" ["data", "binaryData"] "Keys and size of a ConfigMap."
    Container "container" ["ports", "livenessProbe", "startupProbe", "readinessProbe"] "Ports and probes of one container."
    ContainerSecurity "container-security" ["privileged", "allowPrivilegeEscalation", "capabilities"] "Privileges that contradict each other."
    CronJobSpec "cron-job-spec" [] "Length of a CronJob's name."
    DaemonSetUpdate "daemon-set-update" ["maxUnavailable", "maxSurge"] "One of the two has to be zero, the other not."
    DeploymentSpec "deployment-spec" ["selector", "template", "minReadySeconds", "progressDeadlineSeconds"] "Selector, template and deadlines."
    DeploymentStrategy "deployment-strategy" ["type", "rollingUpdate"] "No rolling update for Recreate."
    DisruptionBudget "disruption-budget" ["minAvailable", "maxUnavailable"] "One of the two at most."
    EnvVar "env-var" ["value", "valueFrom"] "A value from one place."
    HpaSpec "hpa-spec" ["minReplicas", "maxReplicas"] "Minimum and maximum."
    HttpPath "http-path" ["path", "pathType"] "Paths that can be matched."
    IngressSpec "ingress-spec" ["defaultBackend", "backend", "rules"] "Something to route to."
    IpBlock "ip-block" ["cidr", "except"] "Exceptions inside the range."
    JobSpec "job-spec" ["selector", "manualSelector", "template", "completionMode", "completions"] "Selector, restart policy and completions."
    LabelMap "label-map" [] "Label keys and values."
    LabelSelector "label-selector" ["matchLabels", "matchExpressions"] "Nothing on its own: the owner judges it."
    LimitRangeItem "limit-range-item" ["min", "max", "default", "defaultRequest"] "Limits in rising order."
    MetricSpec "metric-spec" ["type", "object", "pods", "resource", "external", "containerResource"] "The source that the type names."
    MetricTarget "metric-target" ["type", "averageUtilization", "averageValue", "value"] "The value that the type names."
    NetworkPeer "network-peer" ["podSelector", "namespaceSelector", "ipBlock"] "Selectors or an address range."
    NetworkPort "network-port" ["port", "endPort"] "A range of ports."
    PodSpec "pod-spec" ["containers", "initContainers", "ephemeralContainers", "volumes", "hostNetwork", "dnsPolicy", "dnsConfig"] "Containers, mounts, network of a Pod."
    PriorityClass "priority-class" ["value"] "The range of user classes."
    ReplicationController "replication-controller-spec" ["selector", "template"] "Selector and template."
    Requirement "requirement" ["operator", "values"] "Values that the operator takes."
    Resources "resources" ["requests", "limits"] "Requests within the limits."
    RoleRef "role-ref" ["kind"] "A ClusterRoleBinding binds a ClusterRole."
    RollingUpdate "rolling-update" ["maxUnavailable", "maxSurge"] "Not both zero."
    Seccomp "profile" ["type", "localhostProfile"] "A profile for Localhost only."
    Secret "secret" ["type", "data", "stringData"] "Keys that the type of a Secret needs."
    ServicePorts "service-ports" [] "Names of several ports."
    ServiceSpec "service-spec" ["type", "clusterIP", "ports", "externalName", "externalTrafficPolicy", "externalIPs", "healthCheckNodePort"] "What each type of Service needs."
    Subject "subject" ["kind", "apiGroup", "namespace"] "The subject's group and namespace."
    Toleration "toleration" ["key", "operator", "value", "effect", "tolerationSeconds"] "What the operator takes."
    VolumeMount "volume-mount" ["subPath", "subPathExpr"] "One of the two at most."
    Workload "workload-spec" ["selector", "template"] "Selector and template."
}
