namespace BearerTools.Sandbox.Raw;

/// <summary>Whole responses of an API.</summary>
internal static partial class Specimens
{
    private const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static readonly string[] s_responses =
    [
        Body(Json, """[{"id":1,"name":"a"},{"id":2,"at":"2026-03-01T12:34:56Z","price":0.1}]"""),
        Body(Json + "Link: </next?page=2>; rel=\"next\"\r\nETag: \"v1\"\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n", """{"value":[{"id":1}],"@odata.nextLink":"/next?page=3"}"""),
        Body(Json + "X-RateLimit-Remaining: 5\r\nX-RateLimit-Reset: 2\r\nRateLimit: \"default\";r=50;t=1\r\nRateLimit-Policy: \"default\";q=100;w=1\r\n", "{\"id\":1}"),
        Body(Json + "Set-Cookie: a=b; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT; HttpOnly\r\nSet-Cookie: c=d; Max-Age=5\r\n", "[]"),
        Body("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"x\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"\r\nWWW-Authenticate: DPoP algs=\"ES256\"\r\nContent-Type: application/problem+json\r\n", """{"title":"No","status":401,"detail":"not you"}"""),
        Body("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Type: application/json\r\n", """{"error":{"code":"TooMany","message":"slow down"}}"""),
        Body("HTTP/1.1 503 Service Unavailable\r\nRetry-After: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/html\r\n", "<html><title>Oops</title></html>"),
        Body("HTTP/1.1 302 Found\r\nLocation: /open/elsewhere?x=1\r\n", ""),
        Body("HTTP/1.1 307 Temporary Redirect\r\nLocation: ../up\r\n", ""),
        Body("HTTP/1.1 202 Accepted\r\nOperation-Location: /operations/1\r\nRetry-After: 0\r\nContent-Type: application/json\r\n", """{"status":"InProgress","percentComplete":40}"""),
        Body("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 3-5/6\r\nETag: \"v1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/octet-stream\r\n", "abc"),
        Body("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */6\r\n", ""),
        Body("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n", "{\"id\":1}\n{\"id\":2}\n\n"),
        Body("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n", ": hello\n\nevent: item\nid: 1\nretry: 10\ndata: {\"id\":1}\n\ndata: {\"id\":\ndata: 2}\n\ndata: [DONE]\n\n"),
        Body("HTTP/1.1 200 OK\r\nContent-Type: application/atom+xml; charset=utf-8\r\n", "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed><entry><title>a</title></entry><entry/></feed>"),
        Body("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a b=\"c\"><d>\u00e9</d></a>"),
        Body("HTTP/1.1 200 OK\r\nContent-Type: text/csv; charset=iso-8859-1; header=present\r\n", "id,name\r\n1,\u00e9\r\n"),
        Body("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt\r\n", "\0\u0001\u0002\u00ff"),
        Body("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-16\r\n", "\u00ff\u00fe{\0}\0"),
        Body(Json + "Content-Encoding: gzip\r\n", "\u001f\u008b\b\0\0\0\0\0\0\u0003\u00ab\u00ae\u0005\0C\u00bf\u00a6\u00a3\u0002\0\0\0"),
        Json + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":1}\r\n0\r\nX-Trailer: y\r\n\r\n",
        Json + "\r\n{\"id\":1}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + Body(Json, "true"),
        Body("HTTP/1.1 204 No Content\r\n", ""),
        Body("HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n", "plain"),
    ];

    private static string Body(string head, string body) => $"{head}Content-Length: {body.Length}\r\n\r\n{body}";
}
