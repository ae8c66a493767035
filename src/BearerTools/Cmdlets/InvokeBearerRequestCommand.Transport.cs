using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Security;
using BearerTools.Session;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>HTTP settings and timeouts of each request.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private static readonly Version[] s_versions =
    [
        System.Net.HttpVersion.Version10, System.Net.HttpVersion.Version11, System.Net.HttpVersion.Version20,
        System.Net.HttpVersion.Version30,
    ];

    /// <summary>HTTP method that -Method does not list, such as QUERY or PURGE.</summary>
    [Parameter]
    [Alias("CM")]
    [ValidateNotNullOrEmpty]
    public string? CustomMethod { get; set; }

    /// <summary>HTTP version to use.</summary>
    [Parameter]
    [VersionTransformation]
    [ArgumentCompleter(typeof(HttpVersionCompleter))]
    public Version? HttpVersion { get; set; }

    /// <summary>The User-Agent header.</summary>
    [Parameter]
    public string? UserAgent { get; set; }

    /// <summary>Closes each connection after its response.</summary>
    [Parameter]
    public SwitchParameter DisableKeepAlive { get; set; }

    /// <summary>Value of the Transfer-Encoding header. The body is sent in chunks.</summary>
    [Parameter]
    [ValidateSet("chunked", "compress", "deflate", "gzip", "identity", IgnoreCase = true)]
    public string? TransferEncoding { get; set; }

    /// <summary>Sends headers without validating them.</summary>
    [Parameter]
    public SwitchParameter SkipHeaderValidation { get; set; }

    /// <summary>Maximum time to wait for the headers of a response, in seconds; 0 for no limit.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue)]
    public int ConnectionTimeoutSeconds { get; set; }

    /// <summary>Maximum time to wait for the next part of a response, in seconds; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int OperationTimeoutSeconds { get; set; }

    /// <summary>Has no effect; accepted for compatibility with old scripts.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter UseBasicParsing { get; set; }

    private HttpMethod HttpMethod =>
        HttpMethod.Parse(
            (CustomMethod ?? (Method == WebRequestMethod.Default ? WebRequestMethod.Get : Method).ToString()).ToUpperInvariant());

    private SendOptions CreateSendOptions() => new()
    {
        HttpVersion = HttpVersion,
        UserAgent = ClientName.Of(this),
        ClosesConnection = DisableKeepAlive,
        SkipHeaderValidation = SkipHeaderValidation,
        TransferEncoding = TransferEncoding?.ToLowerInvariant(),
        TraceBody = TraceBody,
    };

    private void CheckRequestLine()
    {
        if (HttpVersion is not null && !s_versions.Contains(HttpVersion))
            throw Conflict(
                $"HTTP version {HttpVersion} is not supported.",
                $"Use {string.Join<Version>(", ", s_versions)}, or omit -HttpVersion.");
        if (CustomMethod is null) return;
        if (IsTyped(nameof(Method))) throw Conflict("-Method cannot be combined with -CustomMethod.", "Use only one of them.");
        if (HttpToken.IndexOfInvalid(CustomMethod) < 0) return;
        throw Conflict($"'{ServerText.Clean(CustomMethod, 100)}' is not a valid HTTP method.", "Use one word, such as QUERY.");
    }
}
