# syntax=docker/dockerfile:1
# The image of a release: the static binary and certificates, nothing else; no shell, no package manager. The context is a folder
# with the archives of a release, whose checksums were compared before:
#
#   cargo xtask package
#   docker build --file Dockerfile --build-arg VERSION=0.1.0 target/package
#
# Of the archives only that of the image's own kind of machine is unpacked, and no step runs a program, so that an image for another
# kind needs no emulation.
ARG VERSION

FROM scratch AS amd64
ARG VERSION
ADD gate-${VERSION}-x86_64-unknown-linux-musl.tar.gz /

FROM scratch AS arm64
ARG VERSION
ADD gate-${VERSION}-aarch64-unknown-linux-musl.tar.gz /

FROM ${TARGETARCH} AS archive

# Certificates of authorities, for Git hosts and registries; a user without rights; no shell.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:d093aa3e30dbadd3efe1310db061a14da60299baff8450a17fe0ccc514a16639
ARG VERSION
ARG REVISION=unknown
LABEL org.opencontainers.image.title="gitops-gate" \
      org.opencontainers.image.description="A policy and validation gate for GitOps pull requests" \
      org.opencontainers.image.source="https://github.com/gitops-gate/gitops-gate" \
      org.opencontainers.image.url="https://github.com/gitops-gate/gitops-gate" \
      org.opencontainers.image.documentation="https://github.com/gitops-gate/gitops-gate/blob/main/docs/install.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=archive /gate-${VERSION}-*-unknown-linux-musl/gate /gate
COPY --from=archive /gate-${VERSION}-*-unknown-linux-musl/LICENSE /LICENSE
# A number: Kubernetes' `runAsNonRoot` cannot judge a name.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/gate"]
