using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Running;

/// <summary>The kind of a response's body by its media type: JSON in one of its formats, text, or bytes.</summary>
internal readonly record struct BodyKind(JsonFormat? Json, bool IsText)
{
    /// <summary>Types that are text, though their name does not say so.</summary>
    private static readonly HashSet<string> s_texts = new(StringComparer.Ordinal)
    {
        "application/xml", "application/xml-dtd", "application/xml-external-parsed-entity", "application/javascript",
        "application/x-javascript", "application/ecmascript", "application/x-www-form-urlencoded", "application/yaml", "application/x-yaml",
        "application/vnd.oai.openapi", "application/toml", "application/csv", "application/x-csv", "application/vnd.csv",
        "application/tab-separated-values", "application/jwt", "application/at+jwt", "application/token-introspection+jwt",
        "application/jose", "application/json5", "application/edifact", "application/edi-x12", "application/edi-consent",
        "application/pgp-keys", "application/pgp-signature", "application/pgp-encrypted", "application/x-turtle", "message/rfc822",
        "message/global", "message/news", "message/delivery-status", "message/disposition-notification", "message/feedback-report",
        "message/sip", "message/sipfrag",
        "application/x-pem-file", "application/x-pem-key", "application/pem-certificate-chain", "application/pem-certificate",
        "application/sql", "application/graphql", "application/x-sh", "application/x-powershell", "application/sdp",
        "application/n-triples", "application/n-quads", "application/trig", "application/sparql-query", "application/http", "message/http",
        "application/openmetrics-text", "application/x-tex", "application/x-subrip",
    };

    /// <summary>Suffixes of types that are text (RFC 6838 section 4.2.8).</summary>
    private static readonly string[] s_textSuffixes = ["+xml", "+yaml", "+jwt", "+csv", ".csv"];

    /// <summary>
    /// Types that are never text: servers that add a charset to every type add one to these too. Not application/octet-stream, for which
    /// a charset is the only thing that says anything about the content.
    /// </summary>
    private static readonly HashSet<string> s_binary = new(StringComparer.Ordinal)
    {
        "application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip", "application/x-bzip2",
        "application/x-xz", "application/zstd", "application/x-zstd", "application/x-lzip", "application/x-brotli", "application/x-tar",
        "application/x-gtar", "application/x-compress", "application/x-compressed", "application/x-7z-compressed", "application/vnd.rar",
        "application/x-rar-compressed", "application/java-archive", "application/x-cpio", "application/x-iso9660-image",
        "application/vnd.debian.binary-package", "application/x-rpm", "application/vnd.android.package-archive", "application/pdf",
        "application/msword", "application/vnd.ms-outlook", "application/vnd.visio", "application/epub+zip",
        "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.file", "application/avro",
        "application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf", "application/grpc", "application/cbor",
        "application/msgpack", "application/x-msgpack", "application/vnd.msgpack", "application/bson", "application/wasm",
        "application/vnd.sqlite3", "application/x-sqlite3", "application/pkcs12", "application/x-pkcs12",
        "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/dns-message", "application/pkix-crl",
        "application/pkix-cert", "application/x-x509-ca-cert", "application/x-pkcs7-certificates", "application/pkcs10", "application/cms",
        "application/pkcs8", "application/ocsp-request", "application/timestamp-query", "application/pkix-pkipath",
        "application/vnd.ms-cab-compressed", "application/oxps",
        "application/ocsp-response", "application/timestamp-reply", "application/java-serialized-object",
        "application/x-java-serialized-object", "application/x-msdownload", "application/x-dosexec", "application/vnd.tcpdump.pcap",
    };

    /// <summary>Types of the families below whose format is text.</summary>
    private static readonly HashSet<string> s_textModels =
        new(StringComparer.Ordinal) { "model/obj", "model/mtl", "model/step", "model/iges" };

    /// <summary>Families of such types.</summary>
    private static readonly string[] s_binaryPrefixes =
    [
        "image/", "audio/", "video/", "font/", "model/", "application/font-", "application/x-font-", "application/vnd.ms-fontobject",
        "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-word", "application/vnd.ms-project",
        "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.",
    ];

    /// <summary>Suffixes of such types.</summary>
    private static readonly string[] s_binarySuffixes = ["+zip", "+gzip", "+zstd", "+cbor", "+ber", "+der", "+wbxml", "+fastinfoset"];

    /// <summary>The kind of content that its headers declare. A type with a charset is text, unless its name rules that out.</summary>
    public static BodyKind Of(HttpContent content) => content.Headers.ContentType?.MediaType?.ToLowerInvariant() switch
    {
        null => new(null, true),
        var type when MediaType.IsJsonLinesName(type) => new(JsonFormat.JsonLines, true),
        "text/event-stream" => new(JsonFormat.ServerSentEvents, true),
        "application/json-seq" or "application/stream+json" => new(JsonFormat.Sequence, true),
        "application/json" or "text/json" => new(JsonFormat.Json, true),
        var type when type.EndsWith("+json", StringComparison.Ordinal) => new(JsonFormat.Json, true),
        var type when type.EndsWith("+json-seq", StringComparison.Ordinal) => new(JsonFormat.Sequence, true),
        var type => new(null, IsTextual(type) || (!IsBinary(type) && NamesCharset(content))),
    };

    /// <summary>Guesses the content of a body of another type by how it starts. Scalar JSON values are only recognised in text.</summary>
    public BodyLook LooksLike(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) switch
    {
        [(byte)'{' or (byte)'[', ..] => BodyLook.Json,
        [(byte)'<', ..] => BodyLook.Xml,
        [(byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] when IsText => BodyLook.Json,
        var word when IsText
            && word.TrimEnd(" \t\r\n"u8) is var bare
            && (bare.SequenceEqual("true"u8) || bare.SequenceEqual("false"u8) || bare.SequenceEqual("null"u8)) => BodyLook.Json,
        _ => BodyLook.Other,
    };

    private static bool IsBinary(string type) =>
        s_binary.Contains(type)
        || (!s_textModels.Contains(type)
            && Array.Exists(s_binaryPrefixes, prefix => type.StartsWith(prefix, StringComparison.Ordinal)))
        || Array.Exists(s_binarySuffixes, suffix => type.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>False also for <c>charset=binary</c>, with which tools say that a file is no text.</summary>
    private static bool NamesCharset(HttpContent content) =>
        CharsetName.Find(content.Headers.ContentType!.CharSet) is not null;

    private static bool IsTextual(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || s_texts.Contains(type)
        || Array.Exists(s_textSuffixes, suffix => type.EndsWith(suffix, StringComparison.Ordinal));
}

/// <summary>What bodies become, whatever their media type.</summary>
internal enum BodyForm
{
    /// <summary>JSON and XML become objects, other text is text, everything else is bytes.</summary>
    Parsed,

    /// <summary>Every body is one text.</summary>
    Text,

    /// <summary>Every body is one array of bytes.</summary>
    Bytes,
}

/// <summary>What a body appears to be.</summary>
internal enum BodyLook
{
    /// <summary>Neither JSON nor XML.</summary>
    Other,

    /// <summary>It starts like JSON.</summary>
    Json,

    /// <summary>It starts like XML.</summary>
    Xml,
}
