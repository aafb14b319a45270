// SPDX-License-Identifier: Apache-2.0
// Golden tokens: RFC 7515 A.2 (RS256) and A.3 (ES256), RFC 8037 A.4 (EdDSA), as they stand there.
#include "server/oidc/keys.hpp"

#include <gtest/gtest.h>

#include "server/oidc/testing/soft_issuer.hpp"

namespace cardea::server::oidc {
namespace {

using testing::SoftIssuer;

struct Golden {
  std::string key;
  std::string token;
  std::string payload;
};
const std::string joe = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
const std::vector<Golden> golden = {
    {R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})",
     "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
     "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQ"
     "jbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqt"
     "FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
     joe},
    {R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
     "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
     joe},
    {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
     "Example of Ed25519 signing"},
};

Keys keys_of(const std::string& list) { return Keys::parse(R"({"keys":[)" + list + "]}").value(); }

SignatureFault fault_of(const Keys& keys, const std::string& token) {
  const auto opened = keys.open(token);
  EXPECT_FALSE(opened.ok()) << token;
  return opened ? SignatureFault{} : opened.error();
}

TEST(OidcKeys, RefuseEveryFlippedBitAndEveryTruncationOfAToken) {
  for (const Golden& one : golden) {
    const Keys keys = keys_of(one.key);
    for (std::size_t at = 0; at < one.token.size(); ++at) {
      EXPECT_FALSE(keys.open(one.token.substr(0, at)).ok()) << at;
      std::string bent = one.token;
      bent[at] = bent[at] == 'A' ? 'B' : 'A';
      EXPECT_FALSE(keys.open(bent).ok()) << at;
    }
    EXPECT_FALSE(keys.open(one.token + "A").ok());
    EXPECT_FALSE(keys.open(one.token + ".").ok());
    EXPECT_FALSE(keys.open(one.token + "=").ok());
  }
}

TEST(OidcKeys, RefuseEveryAlgorithmButThree) {
  const SoftIssuer issuer("RSA-2048");
  const Keys keys = keys_of(issuer.jwk("1"));
  for (const char* name :
       {"none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256K", "rs256"}) {
    const std::string header = std::string(R"({"kid":"1","alg":")") + name + "\"}";
    EXPECT_EQ(fault_of(keys, issuer.signed_text(header, "{}")), SignatureFault::kAlgorithm) << name;
  }
  for (const char* header : {R"({"kid":"1"})", R"({"kid":"1","alg":1})", R"({"kid":"1","alg":["RS256"]})"})
    EXPECT_EQ(fault_of(keys, issuer.signed_text(header, "{}")), SignatureFault::kAlgorithm) << header;
  const std::string none = testing::base64url_of_text(R"({"alg":"none"})") + "." + testing::base64url_of_text("{}") + ".";
  EXPECT_EQ(fault_of(keys, none), SignatureFault::kAlgorithm);
}

TEST(OidcKeys, RefuseAPublicKeyThatIsUsedAsASharedSecret) {
  const SoftIssuer issuer("RSA-2048");
  const Keys keys = keys_of(issuer.jwk("1"));
  for (const std::string& secret : {issuer.jwk("1"), issuer.keys("1"), std::string()})
    EXPECT_EQ(fault_of(keys, SoftIssuer::with_shared_secret(R"({"alg":"HS256","kid":"1"})", "{}", secret)),
              SignatureFault::kAlgorithm);
  EXPECT_EQ(keys_of(R"({"kty":"oct","kid":"1","alg":"HS256","k":"c2VjcmV0"})").size(), 0u);
}

TEST(OidcKeys, RefuseTheAlgorithmOfAnotherKeysType) {
  const SoftIssuer rsa("RSA-2048");
  const SoftIssuer curve("P-256");
  const Keys keys = keys_of(rsa.jwk("1") + "," + curve.jwk("2"));
  EXPECT_EQ(fault_of(keys, rsa.signed_text(R"({"alg":"ES256","kid":"1"})", "{}")), SignatureFault::kUnknownKey);
  EXPECT_EQ(fault_of(keys, curve.signed_text(R"({"alg":"RS256","kid":"2"})", "{}")), SignatureFault::kUnknownKey);
  EXPECT_EQ(fault_of(keys, curve.signed_text(R"({"alg":"RS256","kid":"1"})", "{}")), SignatureFault::kForged);
}

TEST(OidcKeys, RefuseAKeyThatTheTokenBringsAlong) {
  const SoftIssuer ours("P-256");
  const SoftIssuer theirs("P-256");
  const Keys keys = keys_of(ours.jwk("1"));
  const std::string with_key = R"({"alg":"ES256","kid":"1","jwk":)" + theirs.jwk("1") + "}";
  EXPECT_EQ(fault_of(keys, theirs.signed_text(with_key, "{}")), SignatureFault::kForged);
  const std::string elsewhere = R"({"alg":"ES256","kid":"2","jku":"https://evil.example/keys","x5u":"https://evil.example/"})";
  EXPECT_EQ(fault_of(keys, theirs.signed_text(elsewhere, "{}")), SignatureFault::kUnknownKey);
}

TEST(OidcKeys, RefuseWhatIsNotUnderstood) {
  const SoftIssuer issuer("Ed25519");
  const Keys keys = keys_of(issuer.jwk("1"));
  for (const char* header :
       {R"({"alg":"EdDSA","kid":"1","crit":["exp"],"exp":1})", R"({"alg":"EdDSA","kid":"1","typ":"at+jwt"})",
        R"({"alg":"EdDSA","alg":"EdDSA","kid":"1"})", R"(["EdDSA"])", "EdDSA"})
    EXPECT_EQ(fault_of(keys, issuer.signed_text(header, "{}")), SignatureFault::kMalformed) << header;
  EXPECT_EQ(fault_of(keys, std::string(Keys::token_size_bytes_max + 1, '.')), SignatureFault::kMalformed);
}

TEST(OidcKeys, LeaveOutKeysThatCannotHaveSignedForUs) {
  const SoftIssuer rsa("RSA-2048");
  const SoftIssuer curve("P-256");
  EXPECT_EQ(keys_of(SoftIssuer("RSA-1024").jwk("1")).size(), 0u);
  EXPECT_EQ(keys_of(rsa.jwk("1", R"(,"use":"enc")")).size(), 0u);
  EXPECT_EQ(keys_of(rsa.jwk("1", R"(,"alg":"RS512")")).size(), 0u);
  EXPECT_EQ(keys_of(rsa.jwk("1", R"(,"alg":"HS256")")).size(), 0u);
  EXPECT_EQ(keys_of(curve.jwk("1", R"(,"d":"AAAA")")).size(), 0u);
  EXPECT_EQ(keys_of(R"({"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"})").size(), 0u);
  EXPECT_EQ(keys_of(R"({"kty":"EC","crv":"P-384","x":"AQ","y":"AQ"},7,{},"key",{"kty":"RSA"})").size(), 0u);
  const std::string zero(43, 'A');
  EXPECT_EQ(keys_of(R"({"kty":"EC","crv":"P-256","x":")" + zero + R"(","y":")" + zero + "\"}").size(), 0u) << "no point";
  EXPECT_EQ(keys_of(rsa.jwk("1", R"(,"use":"sig","alg":"RS256")") + "," + curve.jwk("2")).size(), 2u);
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[],"keys":[]})"})
    EXPECT_FALSE(Keys::parse(text)) << text;
}

TEST(OidcKeys, TakeNoKeyOnAGuess) {
  const SoftIssuer first("P-256");
  const SoftIssuer second("P-256");
  const Keys both = keys_of(first.jwk("1") + "," + second.jwk("2"));
  EXPECT_EQ(fault_of(both, first.signed_text(R"({"alg":"ES256"})", "{}")), SignatureFault::kUnknownKey);
  EXPECT_EQ(fault_of(both, first.token("3", "{}")), SignatureFault::kUnknownKey);
  EXPECT_EQ(fault_of(both, first.token("2", "{}")), SignatureFault::kForged);
  EXPECT_TRUE(both.open(second.token("2", "{}")).ok());
}

TEST(OidcKeys, OpenTheTokensOfTheStandards) {
  for (const Golden& one : golden) {
    const auto opened = keys_of(one.key).open(one.token);
    ASSERT_TRUE(opened.ok()) << one.token;
    EXPECT_EQ(*opened, one.payload);
  }
}

TEST(OidcKeys, OpenWhatEachKindOfKeyHasSigned) {
  for (const char* kind : {"RSA-2048", "P-256", "Ed25519"}) {
    const SoftIssuer issuer(kind);
    const auto opened = keys_of(issuer.jwk("1")).open(issuer.token("1", R"({"a":1})"));
    ASSERT_TRUE(opened.ok()) << kind;
    EXPECT_EQ(*opened, R"({"a":1})");
  }
}

}  // namespace
}  // namespace cardea::server::oidc
