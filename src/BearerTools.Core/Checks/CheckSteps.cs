using BearerTools.Security;

namespace BearerTools.Checks;

/// <summary>The checklist: all steps in their order, those that were not tested yet as not reached.</summary>
/// <param name="hasStore">True if the tokens are kept in a server, which is then a step.</param>
internal sealed class CheckSteps(bool hasStore = false)
{
    public const string Connection = "Connection";
    public const string NameResolution = "DNS";
    public const string Proxy = "Proxy";
    public const string Tcp = "TCP";
    public const string Tls = "TLS";
    public const string Clock = "Clock";
    public const string Store = "Store";
    public const string Discovery = "Discovery";
    public const string Token = "Token";
    public const string Audience = "Audience";
    public const string Scopes = "Scopes";
    public const string Header = "Header";
    public const string Request = "Request";

    private const int LongestFound = 200;

    private readonly CheckStep[] _steps = new[]
    {
        Connection, NameResolution, Proxy, Tcp, Tls, Clock, Store, Discovery, Token, Audience, Scopes, Header, Request,
    }.Where(name => hasStore || name != Store).Select(name => new CheckStep(name, BearerCheckStatus.NotReached, "not reached")).ToArray();

    public IReadOnlyList<CheckStep> All => _steps;

    /// <summary>The first step that failed, or <see langword="null"/>.</summary>
    public CheckStep? Broken => Array.Find(_steps, step => step.Status == BearerCheckStatus.Failed);

    public CheckStep this[string name] => _steps[IndexOf(name)];

    public void Set(CheckStep step) => _steps[IndexOf(step.Name)] = step;

    public void Pass(string name, string found, TimeSpan duration = default, IReadOnlyDictionary<string, object?>? details = null) =>
        Set(new CheckStep(name, BearerCheckStatus.Passed, found) { Duration = duration, Details = details ?? this[name].Details });

    public void Skip(string name, string found) => Set(new CheckStep(name, BearerCheckStatus.Skipped, found));

    public void Warn(string name, string found, string cause, string nextStep, IReadOnlyDictionary<string, object?>? details = null) =>
        Set(this[name] with
        {
            Status = BearerCheckStatus.Warning,
            Found = found,
            Cause = cause,
            NextStep = nextStep,
            Details = details ?? this[name].Details,
        });

    /// <summary>Marks a step as failed with an error of this module. What was found before stays among the details.</summary>
    public void Fail(string name, Exception error, string? found = null)
    {
        var known = error as IBearerError;
        Fail(name, found ?? ServerText.Clean(error.Message, LongestFound), error.Message, known?.NextStep, known?.ErrorId);
    }

    public void Fail(string name, string found, string cause, string? nextStep, string? errorId = null) => Set(this[name] with
    {
        Status = BearerCheckStatus.Failed,
        Found = found,
        Cause = cause,
        NextStep = nextStep,
        ErrorId = errorId,
    });

    private int IndexOf(string name) => Array.FindIndex(_steps, step => step.Name == name);
}
