using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Binding;
using BearerTools.Cmdlets;
using BearerTools.Pipeline;
using BearerTools.Profiles.Saved;

namespace BearerTools.Session;

/// <summary>Writes the parameters of a command line as the JSON of a saved profile.</summary>
internal static class ProfileDefinition
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="command">The command line.</param>
    /// <param name="typed">Names of the parameters on the command line.</param>
    /// <returns>JSON with two spaces for each level and with LF.</returns>
    /// <exception cref="BearerTokenException">A value is a secret or an object, which a file cannot hold.</exception>
    public static string Of(ConnectionDefinitionCommand command, IEnumerable<string> typed)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, s_options))
        {
            writer.WriteStartObject();
            foreach (var name in typed.Where(ProfileFields.IsParameter))
            {
                var field = ProfileFields.Find(name) ?? throw NotSavable(name);
                writer.WritePropertyName(field.Name);
                Write(writer, command, field, ProfileFields.Value(command, name));
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(json.ToArray()).Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static void Write(Utf8JsonWriter writer, PSCmdlet command, ProfileField field, object? value)
    {
        switch (field.Kind)
        {
            case ProfileFieldKind.Switch:
                writer.WriteBooleanValue(((SwitchParameter)value!).IsPresent);
                break;
            case ProfileFieldKind.TextList or ProfileFieldKind.NumberList:
                writer.WriteStartArray();
                foreach (var item in (IEnumerable)value!) WriteScalar(writer, field.Name, item);
                writer.WriteEndArray();
                break;
            case ProfileFieldKind.Map or ProfileFieldKind.Body:
                if (PSValue.Unwrap(value) is not IDictionary map) throw NotSavable(field.Name, "Pass a hashtable of names and values.");
                WriteMap(writer, field, map);
                break;
            case ProfileFieldKind.Text when field.Place != ProfilePlace.None:
                CheckText(field.Name, (string)value!);
                writer.WriteStringValue(FullPath(command, field.Place, (string)value!));
                break;
            default:
                WriteScalar(writer, field.Name, value);
                break;
        }
    }

    private static void WriteMap(Utf8JsonWriter writer, ProfileField field, IDictionary map)
    {
        writer.WriteStartObject();
        // Enumerated as IDictionary, because a generic dictionary enumerates other entries.
        foreach (DictionaryEntry entry in map)
        {
            var name = ValueText.Of(entry.Key, field.Name);
            if (IsSecret(field, name, PSValue.Unwrap(entry.Value)))
                throw NotSavable($"{field.Name} with '{ProfileFile.Shown(name)}'", PlainSecret.NextStep);
            if (name.Length == 0 || name.Any(char.IsControl)) throw NotSavable($"{field.Name} with such a name", "Correct the names.");
            writer.WritePropertyName(name);
            WriteValue(writer, field, PSValue.Unwrap(entry.Value));
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, ProfileField field, object? value)
    {
        if (value is IDictionary map && field.Kind == ProfileFieldKind.Body)
        {
            WriteMap(writer, field, map);
        }
        else if (ValueText.IsList(value))
        {
            writer.WriteStartArray();
            foreach (var item in (IEnumerable)value!) WriteValue(writer, field, PSValue.Unwrap(item));
            writer.WriteEndArray();
        }
        else
        {
            WriteScalar(writer, field.Name, value);
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                throw NotSavable($"{name} with $null", "Omit the entry.");
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case string or Uri or RateLimit or Enum or decimal or double or float or Guid or DateTime or DateTimeOffset:
                var text = value is Uri address ? address.OriginalString : ValueText.Of(value, name);
                CheckText(name, text);
                if (text.Any(char.IsControl)) throw NotSavable($"{name} with a control character", "Remove the character.");
                writer.WriteStringValue(text);
                break;
            default:
                throw NotSavable(name);
        }
    }

    /// <exception cref="BearerTokenException">The text contains a secret.</exception>
    private static void CheckText(string name, string text)
    {
        if (PlainSecret.Of(text) is { } secret) throw NotSavable($"{name} with {secret}", PlainSecret.NextStep);
    }

    private static bool IsSecret(ProfileField field, string name, object? value) => ValueText.IsList(value)
        ? ((IEnumerable)value!).Cast<object?>().Append(null).Any(item => IsSecret(field, name, PSValue.Unwrap(item)))
        : PlainSecret.IsIn(field.Name, name, value is string or IFormattable ? ValueText.Of(value, name) : string.Empty);

    /// <summary>A saved path must not depend on the location at which it was saved.</summary>
    private static string FullPath(PSCmdlet command, ProfilePlace place, string value)
    {
        if (ProfilePath.Of(place, value) is not { } path) return value;
        var full = PSLocation.File(command, path);
        return value.Length == path.Length ? full : ProfilePath.FilePrefix + full;
    }

    /// <summary>The error for a value that a file cannot hold.</summary>
    private static BearerTokenException NotSavable(string what, string? nextStep = null) =>
        new($"-{what} cannot be saved: the file holds no secrets and no objects.")
        {
            ErrorId = "ProfileNotSavable",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = nextStep ?? Instead(what),
        };

    private static string Instead(string parameter) => parameter switch
    {
        nameof(TokenFlowCommand.ClientSecret) or nameof(TokenFlowCommand.ClientKeyPassword) =>
            "Pass a reference to the secret with -SecretFrom, such as env:NAME.",
        nameof(TokenFlowCommand.Credential) => "Pass -UserName, and a reference to the password with -SecretFrom, such as env:NAME.",
        nameof(TokenFlowCommand.ClientCertificate) => "Pass -ClientCertificateThumbprint, or the path of the key with -ClientKey.",
        nameof(TokenFlowCommand.Token) or nameof(TokenFlowCommand.RefreshToken) or nameof(TokenFlowCommand.SubjectToken)
            or nameof(TokenFlowCommand.ActorToken) or nameof(TokenFlowCommand.Assertion) =>
            $"Pass a reference to it with -{parameter}From, such as env:NAME.",
        nameof(TokenFlowCommand.ClientAssertion) => "Pass -ClientAssertionFrom.",
        _ => "Omit it, or define the profile without -Save.",
    };
}
