# The image is the static binary and nothing else. Make the binary first, then the image:
#
#     packaging/build && docker build -t aventora .
#     docker run -p 8080:8080 -v aventora-data:/data aventora
#
# The project's CI has no Docker engine and does not build this image; the same binary is tested there alone in an empty root
# (tests/alone), which is what the image is. On a new volume the log prints the address of the first-run page with its one-time token.
FROM scratch
COPY target/dist/aventora /aventora
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/aventora"]
CMD ["serve", "--data", "/data", "--listen", "0.0.0.0:8080"]
