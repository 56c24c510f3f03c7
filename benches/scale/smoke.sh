#!/usr/bin/env bash
# The scale bench at 1/50: its answers are compared with a plain scan, its times are not looked at. The data is made by a
# development build, which the tests have already; the program that answers is AVENTORA_BIN where that is set.
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf target/scale/20000
SCALE_CONTACTS=20000 cargo bench --locked --profile dev --bench scale -- --smoke
