#!/usr/bin/env bash
# `pip install model-signing` can bring a library that cannot be imported.
#
# model-signing 1.1.1 imports OpenSSL (of pyOpenSSL) in what it signs certificates with, which its signing and verifying
# import always, and does not declare it. It came with sigstore, which asks for it no longer in 4.5.1.
# Seen: without pyOpenSSL "ModuleNotFoundError: No module named 'OpenSSL'", with it "imported". It also says that the
# password of a private key is text, hands it on to where bytes are asked for, and ends with a TypeError; bytes do.
# Fails where one is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
"$python" -m pip install --quiet model-signing==1.1.1 sigstore==4.5.1

seen=$("$python" -c "import model_signing" 2>&1 || true)
echo "model-signing 1.1.1 with sigstore 4.5.1: ${seen##*$'\n'}"
[ "${seen##*$'\n'}" = "ModuleNotFoundError: No module named 'OpenSSL'" ] || exit 1

"$python" -m pip install --quiet pyopenssl==26.4.0
"$python" - "$folder/sign.key" <<'EOF'
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from model_signing import signing

print("with pyOpenSSL 26.4.0: imported")
path = Path(sys.argv[1])
path.write_bytes(
    ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )
)
signing.Config().use_elliptic_key_signer(private_key=path, password=b"password")
try:
    signing.Config().use_elliptic_key_signer(private_key=path, password="password")
except TypeError as error:
    print(f"a password as text: TypeError: {error}")
else:
    sys.exit("a password as text is taken now")
EOF
echo "all as stated"
