using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Binding;

namespace BearerTools.Pipeline;

/// <summary>
/// The session of Invoke-RestMethod: headers, cookies, user agent, proxy, certificates, redirects. Its type is the
/// engine's and unknown to PowerShellStandard, so it is read and written by the names of its properties. No token goes in.
/// </summary>
internal sealed class RequestSession
{
    private const string TypeName = "Microsoft.PowerShell.Commands.WebRequestSession";
    private const string Authorization = "Authorization";

    private RequestSession(object session) => Value = PSObject.AsPSObject(session);

    public PSObject Value { get; }

    /// <summary>Never that of somebody's token: Invoke-RestMethod leaves its own here.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers =>
        Get<IDictionary>(nameof(Headers)) is { } headers ? [.. RequestBodyFactory.Pairs(headers).Where(header => !IsAuthorization(header.Key))] : [];

    public CookieContainer Cookies
    {
        get
        {
            if (Get<CookieContainer>(nameof(Cookies)) is not { } cookies) Set(nameof(Cookies), cookies = new CookieContainer());
            return cookies;
        }
    }

    public string? UserAgent
    {
        get => Get<string>(nameof(UserAgent));
        set => Set(nameof(UserAgent), value);
    }

    public IWebProxy? Proxy
    {
        get => Get<IWebProxy>(nameof(Proxy));
        set => Set(nameof(Proxy), value);
    }

    /// <summary>Nothing when the session does not say.</summary>
    public int? MaximumRedirection
    {
        get => Get<object>(nameof(MaximumRedirection)) is int most and >= 0 ? most : null;
        set => Set(nameof(MaximumRedirection), value);
    }

    public IEnumerable<X509Certificate> Certificates => Get<X509CertificateCollection>(nameof(Certificates))?.Cast<X509Certificate>() ?? [];

    /// <exception cref="BearerRequestException">The engine has no such sessions.</exception>
    public static RequestSession Create() => new(EngineMember.OrNull(() => Activator.CreateInstance(Type())) ?? throw Missing());

    /// <summary>A session, or what the engine makes one of, such as a hashtable of its properties.</summary>
    /// <exception cref="BearerRequestException">It is none.</exception>
    public static RequestSession From(PSObject given) => LanguagePrimitives.TryConvertTo(given, Type(), out var session)
        ? new RequestSession(session)
        : throw Refuse($"A {given.BaseObject.GetType().Name} is no session.", "Give one that -SessionVariable of this command or of Invoke-RestMethod made.");

    public void Add(IDictionary headers)
    {
        if (Get<IDictionary>(nameof(Headers)) is not { } kept) return;
        foreach (DictionaryEntry header in headers)
        {
            if (header.Value is not null && !IsAuthorization($"{header.Key}")) kept[$"{header.Key}"] = $"{header.Value}";
        }
    }

    public void Add(X509Certificate certificate)
    {
        if (Certificates.Contains(certificate)) return;
        // A new list: the session notices only that, and makes new connections.
        Set(nameof(Certificates), new X509CertificateCollection(Certificates.Append(certificate).ToArray()));
    }

    private static bool IsAuthorization(string name) => string.Equals(name, Authorization, StringComparison.OrdinalIgnoreCase);

    private static Type Type() => EngineMember.OrNull(() => System.Type.GetType($"{TypeName}, Microsoft.PowerShell.Commands.Utility")) ?? throw Missing();

    private T? Get<T>(string name) where T : class => PSValue.Unwrap(Value.Properties[name]?.Value) as T;

    private void Set(string name, object? value)
    {
        if (Value.Properties[name] is not { } property) throw Refuse($"The web sessions of this PowerShell have no property {name}.", "Leave out -WebSession and -SessionVariable.");
        property.Value = value;
    }

    private static BearerRequestException Missing() =>
        Refuse($"This PowerShell has no web sessions ({TypeName}).", "Leave out -WebSession and -SessionVariable.");

    private static BearerRequestException Refuse(string message, string nextStep) => new(message)
    {
        ErrorId = "SessionRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
