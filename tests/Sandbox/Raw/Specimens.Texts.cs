namespace BearerTools.Sandbox.Raw;

/// <summary>Single values and documents.</summary>
internal static partial class Specimens
{
    private static readonly Dictionary<string, string[]> s_texts = new(StringComparer.Ordinal)
    {
        ["head"] =
        [
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n",
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json;charset=UTF-8\r\nWWW-Authenticate: Basic realm=\"x\"\r\n",
            "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nDPoP-Nonce: abc\r\n",
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Type: text/html\r\n",
            "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-Token: abc\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nExpires: 0\r\n",
        ],
        ["token"] =
        [
            """{"access_token":"t-0123456789abcdef","token_type":"Bearer","expires_in":3600,"scope":"read write","refresh_token":"r-0123456789abcdef"}""",
            """{"access_token":"t-0123456789abcdef","token_type":"N_A","issued_token_type":"urn:ietf:params:oauth:token-type:id_token","expires_in":"60","id_token":"eyJhbGciOiJub25lIn0.e30.x"}""",
            """{"token":"t-0123456789abcdef","expires_at":"2026-07-11T22:14:10Z","permissions":{"issues":"write"},"repositories":[{"name":"a"}]}""",
            """{"access_token":"t-0123456789abcdef","token_type":"DPoP","expires_in":1e3,"scope":["a","b"]}""",
        ],
        ["error"] =
        [
            """{"error":"invalid_client","error_description":"no","error_uri":"https://example.com/e"}""",
            """{"error":"invalid_grant","error_description":"AADSTS50058: no. Trace ID: 1 Correlation ID: 01234567-89ab-cdef-0123-456789abcdef Timestamp: 2026-01-01","error_codes":[50058],"correlation_id":"1","claims":"{}"}""",
            """{"error":{"code":"x","message":"y","innerError":{"message":"z"}},"statusCode":400}""",
            """{"type":"about:blank","title":"t","status":400,"detail":"d","errors":[{"message":"m"}]}""",
            "<html>no</html>",
        ],
        ["metadata"] =
        [
            """{"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token","authorization_endpoint":"https://id.example.com/authorize","jwks_uri":"https://id.example.com/keys","grant_types_supported":["client_credentials"],"token_endpoint_auth_methods_supported":["client_secret_basic"],"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.com/token"},"require_pushed_authorization_requests":true}""",
            """{"issuer":"http://127.0.0.1","token_endpoint":"http://127.0.0.1/token","introspection_endpoint":"http://localhost/i","device_authorization_endpoint":"http://[::1]/d"}""",
        ],
        ["device"] =
        [
            """{"device_code":"d-0123456789abcdef","user_code":"AB-CD","verification_uri":"https://example.com/d","verification_uri_complete":"https://example.com/d?c=1","expires_in":1,"interval":1}""",
            """{"device_code":"d","user_code":"u","verification_url":"https://example.com/d","expires_in":"0.5","interval":0}""",
        ],
        ["login"] =
        [
            """{"data":{"auth":{"accessToken":"t-0123456789abcdef","expiresIn":3600,"expires":"2026-01-01T00:00:00Z"}},"user":{"token":"u"}}""",
            """{"token":"t-0123456789abcdef","exp":1767225600,"expires_in":"PT1H"}""",
            "\"t-0123456789abcdef\"",
            "t-0123456789abcdef",
        ],
        ["introspection"] = ["""{"active":true,"exp":1767225600,"nbf":1,"scope":"a b","aud":["x","y"],"sub":"s"}""", """{"active":false}"""],
        ["jwks"] =
        [
            """{"keys":[{"kty":"RSA","kid":"1","use":"sig","alg":"RS256","n":"sXchTWFtUmHjPk","e":"AQAB"},{"kty":"EC","crv":"P-256","kid":"2","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""",
        ],
        ["jwt"] =
        [
            """{"alg":"RS256","typ":"JWT","kid":"1"}""",
            """{"alg":"ES256","kid":"2","crit":["x"]}""",
            """{"iss":"https://id.example.com","sub":"ada","aud":["ops","api"],"azp":"ops","exp":1893456000,"nbf":1,"iat":1.5,"nonce":"n","scope":"a b","roles":["r"],"amr":[["x"]],"nested":{"a":{"b":null}},"SUB":"x","":1}""",
            """{"aud":"api","exp":"1893456000","scp":"a b","preferred_username":"ada@example.com","at_hash":"x"}""",
        ],
        ["json"] =
        [
            """[{"id":1,"name":"a\u0041\ud83d\ude00","n":null,"t":true,"f":1.5e3},[1,2,[3]],"x"]""",
            """{"value":[{"id":9007199254740993,"at":"2026-03-01T12:34:56.1234567+02:00"},{"id":2,"ID":3,"":4}],"d":"/Date(1767225600000+0100)/","next":"/p2"}""",
            "{\"id\":1}\n{\"id\":2}\n",
            ": c\nevent: x\ndata: {\"id\":1}\n\ndata: [1,\ndata: 2]\r\n\r\ndata: [DONE]\n\n",
            "\u00ef\u00bb\u00bf{\"a\":1}",
        ],
        ["xml"] = ["<?xml version=\"1.0\"?><rss><channel><item><title>a</title></item><item/></channel></rss>", "<a xmlns:b=\"c\"><b:d e=\"&lt;\"/><![CDATA[x]]></a>", "<!DOCTYPE a><a/>"],
        ["body"] = ["plain text", "id,name\r\n1,a\r\n", "{\"a\":1}", "[1,2]", "<feed><entry/></feed>", "true", "\u00ff\u00fea\0", "<html><meta charset=iso-8859-1></html>", "42"],
        ["number"] = ["120", "0", "-1.5", "1767225600", "99999999999"],
        ["date"] = ["Thu, 01 Jan 2026 00:00:00 GMT", "Thursday, 01-Jan-26 00:00:00 GMT", "Thu Jan  1 00:00:00 2026", "2026-01-01T00:00:00Z", "01/02/2026"],
        ["etag"] = ["\"v1\"", "W/\"v1\"", "\"\""],
        ["quota"] = ["\"default\";r=50;t=30", "limit=100, remaining=50, reset=30", "\"a\";r=1;pk=:YWJj:, \"b\";r=0;t=5", "5", "1767225600"],
        ["challenge"] =
        [
            "Bearer realm=\"x\", error=\"invalid_token\", error_description=\"no, \\\"really\\\"\"",
            "Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"",
            "DPoP error=\"use_dpop_nonce\", algs=\"ES256\"",
            "Basic",
        ],
        ["link"] = ["</p2>; rel=\"next\", </p0>; rel=prev; title=\"a, <b>\"", "<https://example.com/p2?a=b>; rel=\"last next\"; anchor=\"#x\"", "<>; rel=next"],
        ["cookie"] = ["a=b; Path=/; Domain=127.0.0.1; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Max-Age=5; Secure; HttpOnly; SameSite=Lax", "$x=\"y;z\"; Version=1; Port=\"80\"; Comment=c", "a=b, c=d"],
        ["type"] = ["application/json; charset=utf-8", "text/xml;charset=\"iso-8859-1\"", "text/event-stream", "application/vnd.api+json; profile=\"x\"", "multipart/mixed; boundary=x"],
        ["disposition"] = ["attachment; filename=\"a.txt\"; filename*=UTF-8''%e2%82%ac.txt", "inline; filename==?utf-8?B?YS50eHQ=?=", "attachment; filename=\"=?utf-8?Q?a?=\"; size=1", "attachment; filename*=iso-8859-1'en'%A3.txt"],
        ["range"] = ["bytes 3-5/6", "bytes */6", "bytes 0-0/*"],
        ["uri"] = ["https://api.example.com/v1/items?a=b&c=d#e", "/items/1?x=%20", "items", "../up", "//host/x", "http://127.0.0.1:8080/", "http://[::1]:80/x", "https://user@h/", "http://localhost/cb?q", "socks5://h:1"],
        ["query"] = ["code=abc&state=x%20y&iss=https%3A%2F%2Fid.example.com", "error=access_denied&error_description=a+b&state=x"],
        ["request"] = ["GET /?code=abc&state=x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", "POST /cb HTTP/1.0\r\nhost:localhost\r\n\r\n"],
        ["path"] = ["data.auth.accessToken", "$.items[0].token", "a.b\\.c", "@odata.nextLink", "[1]"],
        ["proxy"] = ["http://user:p%40ss@proxy.example.com:8080", "proxy:3128", "socks5://u:p@h"],
        ["secret"] = ["env:BEARERTOOLS_FUZZ_UNSET", "file:/nonexistent/secret", "a-secret\n", "env:", "file:relative"],
        ["profiles"] =
        [
            """{"$schema":"s.json","profiles":{"a":{"TokenFrom":"env:A","Scope":["x"],/* c */"RateLimit":"5/s"}},}""", """{"trusted":{"/a":"00ff"}}""",
        ],
        ["environments"] =
        [
            """{"$shared":{"host":"https://a"},"dev":{"clientId":"a","tokenUrl":"{{host}}/t","clientSecret":{"provider":"AzureKeyVault"},"n":1}}""",
            """{"dev":{"Security":{"Auth":{"x":{"Type":"OAuth2","Grant Type":"Client Credentials","Token URL":"https://a","Client ID":"{{c}}"}}},"c":"{{c}}"}}""",
        ],
        ["bruno"] = ["vars {\n  host: https://a\n  ~off: b\n  client_id: {{host}}\n  t: '''\n  x\n  '''\n}\nvars:secret [\n  token,\n  pin\n]\n"],
        ["note"] = ["""{"ETag":"\"v1\"","LastModified":"Thu, 01 Jan 2026 00:00:00 GMT","Length":6,"Writer":"BearerTools: a partial download"}"""],
        ["recording"] =
        [
            """{"recordingVersion":1,"baseUri":"https://a.example/v1/","redacted":["mail"],"entries":[{"method":"GET","address":"/v1/a?b=c","status":200,"headers":{"Link":["<a>","<b>"]},"responseJson":{"a":[1,{"b":"c"}]},"delayMs":120}]}""",
            """{"recordingVersion":1,"baseUri":"http://a.example","entries":[{"method":"POST","address":"/","requestText":"a=b","status":201,"headers":{},"responseText":"data: {}\n\n","cut":true,"responseDigest":"AAAA"},{"method":"PUT","address":"/b","requestBase64":"AQID","fault":"ConnectionReset"}]}""",
        ],
        ["har"] =
        [
            """{"log":{"version":"1.2","entries":[{"time":12.5,"request":{"method":"POST","url":"https://a.example/b?c=d","headers":[],"postData":{"mimeType":"a/b","text":"x=y"}},"response":{"status":200,"headers":[{"name":":status","value":"200"},{"name":"Link","value":"<a>"}],"content":{"text":"AQID","encoding":"base64"}}}]}}""",
            """{"log":{"entries":[{"request":{"method":"get","url":"https://a.example/"},"response":{"status":0,"content":{}}}]}}""",
        ],
        ["events"] =
        [
            "event: a\ndata: {\"token\":\"t-0123456789\",\"x\":\"{\\\"pin\\\":\\\"1\\\"}\"}\n\n", "<a xmlns:b=\"c\" password='d'><b:secret>e</b:secret></a>",
            "--x\r\nContent-Disposition: form-data; name=\"password\"\r\nContent-Type: text/plain\r\n\r\nsecret value\r\n--x--\r\n",
            "Authorization: Bearer abcdefgh12345678 https://u:p@h/?sig=a&b=c eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x",
            "-----BEGIN " + "PRIVATE KEY-----\nAAAA\n-----END " + "PRIVATE KEY-----\n",
        ],
        ["rate"] = ["50/s", "1/m", "100/10s", "5/h"],
        ["text"] = ["plain", "a b c", "https://u:p@h/x", "é\u001b[31m"],
    };
}
