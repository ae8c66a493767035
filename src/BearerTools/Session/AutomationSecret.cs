using BearerTools.Grants;
using BearerTools.Security;

namespace BearerTools.Session;

/// <summary>
/// A credential, whose password is used, or a variable of an Azure Automation account, in a runbook
/// (https://learn.microsoft.com/azure/automation/shared-resources/credentials).
/// </summary>
/// <param name="reference">The reference, with its scheme.</param>
internal sealed class AutomationSecret(string reference) : SessionSecret(reference)
{
    private const string Credential = "Get-AutomationPSCredential";
    private const string Variable = "Get-AutomationVariable";

    private string Name => Reference[(SecretReference.AutomationScheme.Length + 1)..];

    private protected override Secret ReadHere()
    {
        var hasCredentials = Has(Credential);
        var hasVariables = Has(Variable);
        if (!hasCredentials && !hasVariables)
        {
            throw Missing(
                Credential, "Use automation:NAME in a runbook of Azure Automation, and env:NAME, file:PATH or vault:NAME elsewhere.");
        }

        BearerTokenException? first = null;
        foreach (var command in new[] { hasCredentials ? Credential : null, hasVariables ? Variable : null }.OfType<string>())
        {
            try
            {
                if (Run(command, ("Name", Name)) is { } found) return Text(found);
            }
            catch (BearerTokenException e)
            {
                // A name is that of a credential or of a variable; the command for the other kind fails or returns nothing.
                first ??= e;
            }
        }

        throw first ?? new BearerTokenException($"{Shown} does not exist: there is no such credential or variable.")
        {
            ErrorId = "SecretNotFound",
            Kind = BearerErrorKind.NotFound,
            NextStep = "Create it in the Automation account, or correct the name.",
        };
    }
}
