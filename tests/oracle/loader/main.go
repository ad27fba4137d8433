// Command loader answers load requests with what the reference loader makes of them.
//
// One request a line on standard input, one answer a line on standard output, in the same order, both JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/sirupsen/logrus"
)

// A request names a project as the options of docker compose do. Relative files are looked up in the directory;
// without files the default ones are searched from there. Skip names the stages to leave out, by the words of the
// options of docker compose config: interpolate, normalize, path-resolution, env-resolution, consistency.
type request struct {
	Dir         string            `json:"dir"`
	Files       []string          `json:"files"`
	Environment map[string]string `json:"environment"`
	Profiles    []string          `json:"profiles"`
	ProjectName string            `json:"project_name"`
	EnvFiles    []string          `json:"env_files"`
	Skip        []string          `json:"skip"`
}

// An answer holds the canonical project, or why there is none. What the reference loads and cannot print, or dies of,
// is told apart.
type answer struct {
	OK      bool            `json:"ok"`
	Project json.RawMessage `json:"project,omitempty"`
	Error   string          `json:"error,omitempty"`
	Crashed bool            `json:"crashed,omitempty"`
}

func main() {
	logrus.SetOutput(io.Discard)
	dotenv.RegisterFormat("raw", rawVariables)
	requests := bufio.NewReader(os.Stdin)
	answers := bufio.NewWriter(os.Stdout)
	for {
		line, err := requests.ReadBytes('\n')
		if len(line) > 1 {
			write(answers, answerTo(line))
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fail(err)
		}
	}
}

func write(answers *bufio.Writer, found answer) {
	if err := json.NewEncoder(answers).Encode(found); err != nil {
		fail(err)
	}
	if err := answers.Flush(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "oracle:", err)
	os.Exit(1)
}

func answerTo(line []byte) (found answer) {
	defer func() {
		if problem := recover(); problem != nil {
			found = answer{Error: fmt.Sprint(problem), Crashed: true}
		}
	}()
	var wanted request
	if err := json.Unmarshal(line, &wanted); err != nil {
		return answer{Error: "not a request: " + err.Error(), Crashed: true}
	}
	// Paths that are not resolved are relative to the project directory.
	if err := os.Chdir(wanted.Dir); err != nil {
		return answer{Error: err.Error()}
	}
	options, err := projectOptions(wanted)
	if err != nil {
		return answer{Error: err.Error()}
	}
	if slices.Contains(wanted.Skip, "interpolate") {
		return model(options)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return answer{Error: err.Error()}
	}
	printed, err := project.MarshalJSON()
	if err != nil {
		return answer{Error: err.Error(), Crashed: true}
	}
	return answer{OK: true, Project: printed}
}

// model answers with the tree that docker compose config prints where it does not interpolate.
func model(options *cli.ProjectOptions) answer {
	tree, err := options.LoadModel(context.Background())
	if err != nil {
		return answer{Error: err.Error()}
	}
	printed, err := json.Marshal(tree)
	if err != nil {
		return answer{Error: err.Error(), Crashed: true}
	}
	return answer{OK: true, Project: printed}
}

// projectOptions applies the options in the order in which docker compose does.
func projectOptions(wanted request) (*cli.ProjectOptions, error) {
	// The env files of an include below another include are looked up from the process's directory.
	if err := os.Chdir(wanted.Dir); err != nil {
		return nil, err
	}
	skip := func(stage string) bool { return slices.Contains(wanted.Skip, stage) }
	options := []cli.ProjectOptionsFn{
		cli.WithWorkingDirectory(wanted.Dir),
		cli.WithEnv(pairs(wanted.Environment)),
		cli.WithEnvFiles(inside(wanted.Dir, wanted.EnvFiles)...),
		cli.WithDotEnv,
		cli.WithConfigFileEnv,
		cli.WithDefaultConfigPath,
		cli.WithEnvFiles(inside(wanted.Dir, wanted.EnvFiles)...),
		cli.WithDotEnv,
		cli.WithDefaultProfiles(wanted.Profiles...),
		cli.WithName(wanted.ProjectName),
		cli.WithDiscardEnvFile,
		cli.WithInterpolation(!skip("interpolate")),
		cli.WithNormalization(!skip("normalize")),
		cli.WithResolvedPaths(!skip("path-resolution")),
		cli.WithConsistency(!skip("consistency")),
	}
	if skip("env-resolution") {
		options = append(options, cli.WithoutEnvironmentResolution)
	}
	return cli.NewProjectOptions(inside(wanted.Dir, wanted.Files), options...)
}

func pairs(environment map[string]string) []string {
	list := make([]string, 0, len(environment))
	for name, value := range environment {
		list = append(list, name+"="+value)
	}
	sort.Strings(list)
	return list
}

func inside(directory string, files []string) []string {
	list := make([]string, 0, len(files))
	for _, file := range files {
		if !filepath.IsAbs(file) {
			file = filepath.Join(directory, file)
		}
		list = append(list, file)
	}
	return list
}

// rawVariables reads an env file of format raw as docker run reads one: no quotes, no interpolation.
func rawVariables(file io.Reader, name string, variables map[string]string, lookup func(string) (string, bool)) error {
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimLeftFunc(strings.TrimPrefix(lines.Text(), "\ufeff"), unicode.IsSpace)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		variable, value, given := strings.Cut(line, "=")
		if variable == "" || strings.ContainsAny(variable, " \t") {
			return fmt.Errorf("%s:%d: no variable name", name, number)
		}
		if !given {
			value, given = lookup(variable)
		}
		if given {
			variables[variable] = value
		}
	}
	return lines.Err()
}
