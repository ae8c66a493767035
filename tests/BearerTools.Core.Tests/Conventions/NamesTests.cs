using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>
/// Names use the field's terms: response, not answer; template, not recipe; transient fault, not weather. Names of tests are
/// sentences: only words that have no other meaning there are looked for.
/// </summary>
public sealed partial class NamesTests
{
    private static readonly string[] s_folders = ["src", "tests", "bench"];

    private static readonly HashSet<string> s_privateWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "Answer", "Answers", "Answered", "Recipe", "Recipes", "Maker", "Makers", "Weather", "Onlooker", "Onlookers", "Flight", "Flights",
        "Passenger", "Passengers", "Person", "Persons", "Attendance", "Absence", "Luck", "Bring", "Brings", "Spoke", "Elsewhere", "Afterlife",
        "Whoever", "Whichever", "Room", "Rooms", "Occasion", "Facts", "Handed", "Way", "Ways", "Turns", "Wanted",
        "Answering", "Patience", "People", "Nobody", "Somebody", "Anybody", "Surrender", "Surrendered", "Spoken", "Heard", "Told", "Said", "Bears",
        "Ride", "Rides",
    };

    /// <summary>Private words also in a sentence.</summary>
    private static readonly HashSet<string> s_wordsOfSentences = new(StringComparer.OrdinalIgnoreCase)
    {
        "Answer", "Answers", "Answered", "Weather", "Luck", "Person", "Persons", "People", "Nobody", "Somebody", "Anybody", "Whoever", "Told",
        "Heard", "Spoke", "Spoken", "Afterlife",
    };

    [Fact]
    public void No_title_of_a_test_has_a_private_word_in_it()
    {
        var methods = from file in Sources.Of("tests") from Match name in Sentence().Matches(file.Code) select name.Value;
        var titles = from path in Files("*.Tests.ps1")
                     from Match title in Title().Matches(File.ReadAllText(Path.Combine(Sources.Root, path)))
                     select title.Groups["title"].Value;
        var all = methods.Concat(titles).ToArray();

        Assert.True(all.Length > 1000, "The titles were not found.");
        Assert.DoesNotContain(all, title => Parts(title).Any(s_wordsOfSentences.Contains));
    }

    [Fact]
    public void No_identifier_has_a_private_word_in_it()
    {
        var files = s_folders.SelectMany(folder => Sources.Of(folder).Select(file => (Path: $"{folder}/{file.Path}", file.Code))).ToArray();

        Assert.True(files.Length > 200, "The files were not found.");
        Assert.Equal(string.Empty, string.Join('\n', from file in files from name in PrivateNames(file.Code) select $"{file.Path}: {name}"));
    }

    [Fact]
    public void No_file_or_folder_has_a_private_word_in_its_name() =>
        Assert.DoesNotContain(Files("*"), path => Parts(path).Any(s_privateWords.Contains));

    [Fact]
    public void No_function_of_a_script_has_a_private_word_in_its_name()
    {
        var names = from path in Files("*.ps1").Concat(Files("*.psm1"))
                    from Match function in Function().Matches(File.ReadAllText(Path.Combine(Sources.Root, path)))
                    select (path, Name: function.Groups["name"].Value);

        Assert.DoesNotContain(names, function => Parts(function.Name).Any(s_privateWords.Contains));
    }

    [Theory]
    [InlineData("var answer = 1;", "answer")]
    [InlineData("class TokenAnswer;", "TokenAnswer")]
    [InlineData("_tokenAnswer = 1;", "_tokenAnswer")]
    [InlineData("void ReadAnswerAsync() { }", "ReadAnswerAsync")]
    [InlineData("const int MostIdle = 1;", "MostIdle")]
    [InlineData("x = $\"{wanted}\";", "wanted")]
    public void A_private_word_is_found(string code, string name) => Assert.Equal(name, Assert.Single(PrivateNames(SourceText.CodeOf(code))));

    [Theory]
    [InlineData("var x = HttpStatusCode.BadGateway; var always = x; var almost = x; var personal = x;")]
    [InlineData("// The answer.\nvar x = \"answer\";")]
    [InlineData("void An_answer_is_read() { }")]
    [InlineData("var most = 1;")]
    public void Other_names_are_not(string code) => Assert.Empty(PrivateNames(SourceText.CodeOf(code)));

    private static IEnumerable<string> PrivateNames(string code) =>
        Identifier().Matches(code).Select(match => match.Value).Distinct().Where(name => IsPrivate(name));

    private static bool IsPrivate(string name)
    {
        var bare = Prefix().Replace(name, string.Empty);
        // A test's name: a sentence.
        if (bare.Contains('_', StringComparison.Ordinal)) return false;
        var parts = Parts(bare).ToArray();
        return parts.Any(s_privateWords.Contains) || (parts.Length > 1 && parts[0].Equals("most", StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Parts(string name) => Part().Matches(name).Select(match => match.Value);

    private static IEnumerable<string> Files(string pattern) =>
        s_folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), pattern, SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Sources.Root, path).Replace('\\', '/'))
            .Where(path => !NotOurs().IsMatch(path));

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\b[A-Z]\w*_\w+\b(?=\()")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^\s*(?:Describe|Context|It) '(?<title>(?:[^']|'')+)'", RegexOptions.Multiline)]
    private static partial Regex Title();

    [GeneratedRegex("^(?:s_|t_|_)")]
    private static partial Regex Prefix();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Part();

    [GeneratedRegex(@"^\s*function\s+(?<name>[\w:-]+)", RegexOptions.Multiline)]
    private static partial Regex Function();

    [GeneratedRegex("(?:^|/)(?:bin|obj|node_modules|TestResults)/")]
    private static partial Regex NotOurs();
}
